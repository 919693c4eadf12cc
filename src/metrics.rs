//! What operators watch, in Prometheus' terms. No answer, comment or citizen
//! appears in a label.

use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

/// The counters of a running service.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    submissions: IntCounterVec,
    commit_seconds: Histogram,
    device_queued: IntGaugeVec,
    device_last_seen: IntGaugeVec,
    password_hashes: IntGauge,
    policy_reports: IntCounterVec,
}

impl Metrics {
    /// Counters at zero.
    pub fn new() -> Self {
        let registry = Registry::new();
        let submissions = IntCounterVec::new(
            Opts::new("hailong_submissions_total", "Submissions by outcome and channel."),
            &["outcome", "channel"],
        )
        .expect("a well-formed metric");
        let commit_seconds = Histogram::with_opts(
            HistogramOpts::new(
                "hailong_response_commit_seconds",
                "Time from a parsed response to its durable commit.",
            )
            .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0]),
        )
        .expect("a well-formed metric");
        let of_device = |name, help| {
            IntGaugeVec::new(Opts::new(name, help), &["device"]).expect("a well-formed metric")
        };
        let device_queued =
            of_device("hailong_device_queued", "Responses waiting on a device, as it last told.");
        let device_last_seen = of_device(
            "hailong_device_last_seen_timestamp_seconds",
            "When a device last sent anything.",
        );
        let password_hashes = IntGauge::new(
            "hailong_password_hashes",
            "Passwords hashed since the start, right or wrong, of somebody or nobody.",
        )
        .expect("a well-formed metric");
        let policy_reports = IntCounterVec::new(
            Opts::new(
                "hailong_policy_reports_total",
                "What browsers told of pages that tried what their policy forbids.",
            ),
            &["directive", "blocked"],
        )
        .expect("a well-formed metric");
        for metric in [
            Box::new(submissions.clone()) as Box<dyn prometheus::core::Collector>,
            Box::new(commit_seconds.clone()),
            Box::new(device_queued.clone()),
            Box::new(device_last_seen.clone()),
            Box::new(password_hashes.clone()),
            Box::new(policy_reports.clone()),
        ] {
            registry.register(metric).expect("each metric is registered once");
        }
        Self {
            registry,
            submissions,
            commit_seconds,
            device_queued,
            device_last_seen,
            password_hashes,
            policy_reports,
        }
    }

    /// Counts a submission with the code of its outcome (`stored`, `same`, or a
    /// problem's code) and its channel (`none` when it could not be told).
    pub fn count_submission(&self, outcome: &str, channel: &str) {
        self.submissions.with_label_values(&[outcome, channel]).inc();
    }

    /// Notes how long a commit took.
    pub fn observe_commit(&self, took: std::time::Duration) {
        self.commit_seconds.observe(took.as_secs_f64());
    }

    /// Forgets every device, so that one that is gone leaves no figure behind.
    pub fn forget_devices(&self) {
        self.device_queued.reset();
        self.device_last_seen.reset();
    }

    /// Notes how many responses wait on `device`, if it told, and when it was last
    /// seen, in seconds of UTC.
    pub fn show_device(&self, device: &str, queued: Option<u32>, last_seen: i64) {
        if let Some(queued) = queued {
            self.device_queued.with_label_values(&[device]).set(i64::from(queued));
        }
        self.device_last_seen.with_label_values(&[device]).set(last_seen);
    }

    /// Notes how many passwords were hashed so far.
    pub fn show_password_hashes(&self, count: u64) {
        self.password_hashes.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Counts that a browser told of something `blocked` under `directive`.
    pub fn count_policy_report(&self, directive: &str, blocked: &str) {
        self.policy_reports.with_label_values(&[directive, blocked]).inc();
    }

    /// Everything in the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut out = Vec::new();
        let written = TextEncoder::new().encode(&self.registry.gather(), &mut out);
        debug_assert!(written.is_ok());
        String::from_utf8(out).unwrap_or_default()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
