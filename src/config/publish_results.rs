//! When the public sees results.

use serde::Deserialize;

/// When the public sees the results of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublishResults {
    /// When somebody has decided so; they stay as they were then.
    #[default]
    ByDecision,
    /// As answers come in, until somebody decides to publish a period.
    AtOnce,
}
