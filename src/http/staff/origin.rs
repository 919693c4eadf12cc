//! Where a request comes from: one of our own pages, over a connection that nobody
//! else can read.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderName, ORIGIN};

fn header(request: &HttpRequest, name: impl Into<HeaderName>) -> Option<&str> {
    request.headers().get(name.into())?.to_str().ok()
}

fn header_named<'a>(request: &'a HttpRequest, name: &'static str) -> Option<&'a str> {
    header(request, HeaderName::from_static(name))
}

/// Whether a form was sent from one of our own pages: by what the browser says of
/// its origin. A browser that says nothing is not believed.
pub(super) fn is_ours(request: &HttpRequest) -> bool {
    if let Some(site) = header_named(request, "sec-fetch-site") {
        // `none` is the reader's own reload.
        return matches!(site, "same-origin" | "none");
    }
    let origin = header(request, ORIGIN).and_then(|origin| Some(origin.split_once("://")?.1));
    origin.is_some() && origin == header(request, HOST)
}

/// Whether nobody between browser and server reads along: HTTPS as a trusted proxy
/// says, this very machine, or a browser that treats the address as safe. Only then
/// does a browser keep the cookie of a session.
pub(super) fn is_private(request: &HttpRequest, trusted_proxies: &[IpAddr]) -> bool {
    let trusted = request.peer_addr().is_some_and(|peer| trusted_proxies.contains(&peer.ip()));
    let https = header_named(request, "x-forwarded-proto") == Some("https");
    // Browsers send it over HTTPS and to their own machine only.
    let told = request.headers().contains_key("sec-fetch-site");
    (trusted && https) || told || header(request, HOST).is_some_and(is_this_machine)
}

/// Whether the `Host` of a request is the machine of whoever asks.
pub(super) fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let address: Option<IpAddr> = name.trim_matches(['[', ']']).parse().ok();
    name == "localhost" || address.is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn with(headers: &[(&'static str, &str)]) -> HttpRequest {
        let peer = "10.0.0.1:1".parse().unwrap();
        let request = TestRequest::default().peer_addr(peer);
        headers
            .iter()
            .fold(request, |r, (name, value)| r.insert_header((*name, *value)))
            .to_http_request()
    }

    #[test]
    fn a_form_is_ours_when_the_browser_says_so() {
        for (headers, ours) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[("sec-fetch-site", "cross-site"), ("host", "a.vn"), ("origin", "https://a.vn")],
                false,
            ),
            (&[("host", "a.vn"), ("origin", "https://a.vn")], true),
            (&[("host", "a.vn:8080"), ("origin", "http://a.vn:8080")], true),
            (&[("host", "a.vn"), ("origin", "https://b.vn")], false),
            (&[("host", "a.vn"), ("origin", "https://a.vn.b.vn")], false),
            (&[("host", "a.vn"), ("origin", "null")], false),
            (&[("host", "a.vn")], false),
            (&[], false),
        ] {
            assert_eq!(is_ours(&with(headers)), ours, "{headers:?}");
        }
    }

    #[test]
    fn a_connection_is_private_on_this_machine_and_over_https() {
        let proxies: [IpAddr; 1] = ["10.0.0.1".parse().unwrap()];
        for (headers, private) in [
            (&[("host", "localhost:8080")][..], true),
            (&[("host", "127.0.0.1:8080")], true),
            (&[("host", "[::1]:8080")], true),
            (&[("host", "192.168.1.5:8080")], false),
            (&[("host", "localhost.example.vn")], false),
            (&[("host", "a.vn"), ("x-forwarded-proto", "https")], true),
            (&[("host", "a.vn"), ("x-forwarded-proto", "http")], false),
            (&[("host", "a.vn"), ("sec-fetch-site", "same-origin")], true),
        ] {
            assert_eq!(is_private(&with(headers), &proxies), private, "{headers:?}");
        }
        let forwarded = with(&[("host", "a.vn"), ("x-forwarded-proto", "https")]);
        assert!(!is_private(&forwarded, &[]), "a proxy nobody trusts is not believed");
    }
}
