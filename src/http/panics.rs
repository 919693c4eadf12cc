//! A fault of ours in the middle of a request: that request ends with an answer that says
//! so, the log has it, and every other one goes on.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, ResponseError};
use futures_util::FutureExt;
use surveys::Text;

use super::{headers, page};
use crate::pages::Shell;
use crate::problem::{Code, Problem};
use crate::service::Service;

/// Passes `request` on; answers in the place of what panics. Without it the server would
/// hang up. To be wrapped around everything else.
///
/// # Errors
/// What it passes on, and the answer to a panic.
pub async fn survive(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // Routing takes the request for its own; a second holder would be in its way.
    let asker = Asker::of(&request);
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(answer) => answer,
        Err(panic) => {
            // Not the address: it may hold what opens a survey or a petition.
            tracing::error!(reason = reason(panic.as_ref()), "a request panicked");
            let answer = headers::secure(asker.answer());
            Err(InternalError::from_response("a request panicked", answer).into())
        }
    }
}

/// What an answer needs to know of whoever asked.
struct Asker {
    problem: Problem,
    /// The path and query of the page that was asked for, and what shows one.
    page: Option<(String, String, Data<Service>)>,
    /// Where to try again.
    again: String,
}

impl Asker {
    fn of(request: &ServiceRequest) -> Self {
        let asked = request.request();
        let text = Text::new(
            "Chương trình gặp trục trặc. Xin gửi lại sau ít phút, hoặc báo người quản trị máy chủ.",
            "The program has a fault. Try again in a few minutes, or tell the operator.",
        );
        let service = asked.app_data::<Data<Service>>().filter(|_| page::wants_page(asked));
        let (path, query) = (asked.path(), asked.query_string());
        let is_read = matches!(*asked.method(), Method::GET | Method::HEAD);
        Self {
            problem: Problem::new(Code::Internal, text).told_to(asked),
            page: service.map(|service| (path.to_owned(), query.to_owned(), service.clone())),
            again: if is_read { path } else { "/" }.to_owned(),
        }
    }

    fn answer(self) -> HttpResponse {
        match self.page {
            Some((path, query, service)) => {
                let shell = Shell::new(&path, &query, service.db.is_simulated());
                page::problem(&shell, &self.again, &self.problem)
            }
            None => self.problem.error_response(),
        }
    }
}

/// What a panic said.
fn reason(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown")
}
