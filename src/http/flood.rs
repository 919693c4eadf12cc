//! Floods: how many submissions one network address may send. Addresses are
//! held in memory for as long as the limit needs them, and never written down.

use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota};
use surveys::Text;
use uuid::Uuid;

use crate::config::Settings;
use crate::problem::{Code, Problem};

/// How many submissions an enrolled device may send in a minute.
const DEVICE_SUBMISSIONS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(1_200).expect("not zero");
/// How many reports of broken policies are read in a minute, from all browsers together.
const REPORTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// The limits of submissions per network address and per enrolled device.
#[derive(Debug)]
pub struct Flood {
    limiter: Option<DefaultKeyedRateLimiter<IpAddr>>,
    devices: Option<DefaultKeyedRateLimiter<Uuid>>,
    reports: DefaultDirectRateLimiter,
    trusted_proxies: Vec<IpAddr>,
}

impl Flood {
    /// The limit that `settings` ask for.
    pub fn new(settings: &Settings) -> Self {
        let limiter = NonZeroU32::new(settings.submissions_per_minute)
            .map(|n| DefaultKeyedRateLimiter::keyed(Quota::per_minute(n)));
        let devices = limiter.is_some().then(|| {
            DefaultKeyedRateLimiter::keyed(Quota::per_minute(DEVICE_SUBMISSIONS_PER_MINUTE))
        });
        let reports = DefaultDirectRateLimiter::direct(Quota::per_minute(REPORTS_PER_MINUTE));
        Self { limiter, devices, reports, trusted_proxies: settings.trusted_proxies.clone() }
    }

    /// Lets one more submission of the enrolled `device` in, whatever its address: what
    /// a tablet has gathered in a month without a network comes in within two minutes.
    ///
    /// # Errors
    /// A [`Problem`] that says when to try again.
    pub fn admit_device(&self, device: Uuid) -> Result<(), Problem> {
        match &self.devices {
            Some(limiter) => limiter.check_key(&device).map_err(|not_until| {
                too_many(not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
            }),
            None => Ok(()),
        }
    }

    /// Lets one more submission from the sender of `request` in.
    ///
    /// # Errors
    /// A [`Problem`] that says when to try again.
    pub fn admit(&self, request: &HttpRequest) -> Result<(), Problem> {
        let (Some(limiter), Some(sender)) = (&self.limiter, self.sender(request)) else {
            return Ok(());
        };
        limiter.check_key(&sender).map_err(|not_until| {
            too_many(not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
        })
    }

    /// Whether one more report of a broken policy is read.
    pub(super) fn admits_report(&self) -> bool {
        self.reports.check().is_ok()
    }

    /// Forgets addresses and devices that no longer matter.
    pub fn forget(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.devices {
            limiter.retain_recent();
        }
    }

    /// The sender's address; behind trusted proxies, the last address that is
    /// not one of them. Anyone else's `X-Forwarded-For` is not believed.
    pub(super) fn sender(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip();
        if !self.trusted_proxies.contains(&peer) {
            return Some(peer);
        }
        let forwarded = request
            .headers()
            .get("x-forwarded-for")
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let sender = forwarded
            .rsplit(',')
            .map_while(|hop| hop.trim().parse().ok())
            .find(|hop| !self.trusted_proxies.contains(hop));
        Some(sender.unwrap_or(peer))
    }
}

fn too_many(seconds: u64) -> Problem {
    Problem::new(
        Code::TooManySubmissions,
        Text::new(
            format!("Xin gửi lại sau {seconds} giây. Câu trả lời vẫn còn trên máy của ông/bà."),
            format!("Send it again in {seconds} seconds. The answer is still on your device."),
        ),
    )
    .after(seconds)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn flood(per_minute: u32) -> Flood {
        Flood::new(&Settings {
            submissions_per_minute: per_minute,
            trusted_proxies: vec!["10.0.0.1".parse().unwrap()],
            ..Settings::default()
        })
    }

    fn from(peer: &str, forwarded: &str) -> HttpRequest {
        TestRequest::default()
            .peer_addr(format!("{peer}:1000").parse().unwrap())
            .insert_header(("x-forwarded-for", forwarded))
            .to_http_request()
    }

    #[test]
    fn the_sixty_first_submission_of_a_minute_waits() {
        let flood = flood(60);
        let request = from("192.0.2.1", "");
        assert!((0..60).all(|_| flood.admit(&request).is_ok()));
        let problem = flood.admit(&request).unwrap_err();
        assert!(problem.retry_after.is_some_and(|s| (1..=60).contains(&s)));
        assert!(flood.admit(&from("192.0.2.2", "")).is_ok(), "another address is not held up");
    }

    #[test]
    fn an_enrolled_device_has_a_limit_of_its_own() {
        let flood = flood(1);
        let device = Uuid::from_u128(1);
        assert!((0..1_200).all(|_| flood.admit_device(device).is_ok()));
        let problem = flood.admit_device(device).unwrap_err();
        assert!(problem.retry_after.is_some_and(|s| s >= 1));
        assert!(flood.admit_device(Uuid::from_u128(2)).is_ok(), "another is not held up");
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let flood = flood(1);
        assert_eq!(flood.sender(&from("192.0.2.1", "1.2.3.4")).unwrap().to_string(), "192.0.2.1");
        assert_eq!(
            flood.sender(&from("10.0.0.1", "6.6.6.6, 1.2.3.4")).unwrap().to_string(),
            "1.2.3.4"
        );
        assert_eq!(flood.sender(&from("10.0.0.1", "nonsense")).unwrap().to_string(), "10.0.0.1");
    }
}
