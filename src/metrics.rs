//! What operators watch, in Prometheus' terms. No answer, comment or citizen
//! appears in a label.

use prometheus::{Encoder, Histogram, HistogramOpts, IntCounterVec, Opts, Registry, TextEncoder};

/// The counters of a running service.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    submissions: IntCounterVec,
    commit_seconds: Histogram,
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
        for metric in [
            Box::new(submissions.clone()) as Box<dyn prometheus::core::Collector>,
            Box::new(commit_seconds.clone()),
        ] {
            registry.register(metric).expect("each metric is registered once");
        }
        Self { registry, submissions, commit_seconds }
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
