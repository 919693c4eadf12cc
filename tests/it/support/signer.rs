//! A tablet that signs the file of its queue, as its browser does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

use super::app::App;
use super::device::{self, Tablet};

/// A key pair of a tablet.
#[derive(Debug)]
pub(crate) struct Signer(EcdsaKeyPair);

impl Signer {
    /// One that nobody else has.
    pub(crate) fn new() -> Self {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let pair = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key pair");
        Self(EcdsaKeyPair::from_pkcs8(kind, pair.as_ref(), &random).expect("the same pair"))
    }

    /// What the server is told of it.
    pub(crate) fn told(&self) -> String {
        STANDARD.encode(self.0.public_key())
    }

    /// A tablet that was enrolled with this key.
    pub(crate) async fn enrolled(&self, app: &App) -> Tablet {
        let code = device::code(app).await;
        let asked = json!({"code": code, "signing_key": self.told()});
        Tablet::of(&device::enrol_with(app, asked).await)
    }

    /// `text` with its signature as the last line.
    pub(crate) fn seal(&self, text: &str) -> String {
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).expect("a signature");
        format!("{text}\n{}\n", json!({"signature": STANDARD.encode(signature)}))
    }
}
