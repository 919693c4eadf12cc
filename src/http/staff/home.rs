//! The first page after signing in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::super::page::{self, Keep};
use super::visit::Signed;
use crate::pages::staff::home::Home;

pub(super) async fn show(signed: Signed) -> HttpResponse {
    match signed.service.db.recovery_codes_left(signed.account.id).await {
        Ok(left) => {
            let page = Home::new(&signed.shell, signed.nav(), &signed.account, left);
            page::show(StatusCode::OK, Keep::Never, &page)
        }
        Err(error) => signed.down(&error),
    }
}
