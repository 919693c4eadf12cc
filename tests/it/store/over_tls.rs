//! `PostgreSQL` over the network: it has to prove who it is.

use std::net::TcpListener;
use std::path::Path;

use rand::Rng;

use crate::support::database::Database;
use crate::support::postgres::{Safety, Server};
use crate::support::process::{Serving, hailong};
use crate::support::submission::{good, new_id};

/// A server on the network, its port, and the address of a fresh database in it, on
/// its socket.
async fn server(safety: Safety) -> Option<(Server, u16, Database)> {
    // Below the ports that systems give to whoever connects: none may take it meanwhile.
    let mut ports = std::iter::repeat_with(|| rand::rng().random_range(20_000..30_000));
    let port = ports.find(|port| TcpListener::bind(("localhost", *port)).is_ok())?;
    let server = Server::on_the_network(port, safety)?;
    let database = Database::postgres_in(&server).await;
    Some((server, port, database))
}

/// The address of `database` over the network, believed when `authority` signed for it.
fn address(host: &str, port: u16, database: &Database, authority: &Path) -> String {
    let name = database.url().split(['/', '?']).nth(3).expect("a name");
    let authority = authority.display();
    format!("postgres://postgres@{host}:{port}/{name}?sslmode=verify-full&sslrootcert={authority}")
}

#[tokio::test]
async fn a_database_that_proves_who_it_is_is_served_over_tls() {
    let Some((server, port, database)) = server(Safety::Tls).await else { return };
    let url = address("localhost", port, &database, &server.file("authority.pem"));
    let serving = Serving::with(&["--database", &url]);
    let put = format!("{}api/v1/responses/{}", serving.home, new_id());
    let stored = reqwest::Client::new().put(put).body(good().to_string()).send().await.unwrap();
    assert_eq!(stored.status(), 201);
    assert_eq!(database.count("responses").await, 1);
    let backdoor = database.backdoor().await;
    let connections = "select count(*) from pg_stat_ssl join pg_stat_activity using (pid)
        where application_name = 'hailong' and ssl";
    assert!(backdoor.number(&format!("{connections} = 'true'")).await > 1, "each one is over TLS");
    assert_eq!(backdoor.number(&format!("{connections} = 'false'")).await, 0);
    backdoor.close().await;
    assert_eq!(tokio::task::spawn_blocking(|| serving.terminate()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_database_that_does_not_prove_who_it_is_is_refused_with_what_to_do() {
    let Some((server, port, database)) = server(Safety::Tls).await else { return };
    let Some((_plain, other_port, other)) = self::server(Safety::Plain).await else { return };
    let (right, wrong) = (server.file("authority.pem"), server.file("stranger.pem"));
    let missing = server.file("nothing.pem");
    for (url, reason) in [
        (address("localhost", port, &database, &wrong), "UnknownIssuer"),
        (address("127.0.0.1", port, &database, &right), "not valid for name"),
        (address("localhost", port, &database, &missing), "sslrootcert: "),
        (address("localhost", other_port, &other, &right), "does not support TLS"),
    ] {
        for (language, what_to_do) in
            [("vi", "hãy dùng sslrootcert=TỆP"), ("en", "name with sslrootcert=FILE")]
        {
            let refused = hailong(&["serve", "--lang", language, "--database", &url]);
            let told = refused.one_sentence();
            assert!(told.contains(reason) && told.contains(what_to_do), "{url}: {told}");
        }
    }
    let backdoor = database.backdoor().await;
    let tables = "select count(*) from information_schema.tables where table_schema = 'public'";
    assert_eq!(backdoor.number(tables).await, 0, "nothing was begun in it");
    backdoor.close().await;
}
