//! Handing a mail over to the mail server that the operator set. Knows nothing of what
//! it says; tells precisely whether the server took it.

use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use uuid::Uuid;

use crate::config::{Smtp, Tls};

/// How long the mail server may take for each step.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Whom it goes to.
    pub to: String,
    /// Its subject, on one line.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// What the mail server did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It took the mail.
    Taken,
    /// It certainly did not take the mail, and may later; why.
    Later(String),
    /// It does not take this mail, now or later; why.
    Refused(String),
    /// The connection ended after all was sent: whether it took the mail is not known.
    Unclear,
}

/// Who mails.
#[derive(Debug)]
pub struct Mailer {
    smtp: Smtp,
    password: Option<String>,
}

impl Mailer {
    /// Somebody who mails through `smtp`, signing in with `password` if there is one.
    pub fn new(smtp: Smtp, password: Option<String>) -> Self {
        Self { smtp, password }
    }

    /// How many mails a minute may go out.
    pub fn per_minute(&self) -> u32 {
        self.smtp.per_minute
    }

    /// Hands `letter` over under the fresh id `id`. Blocks until the server answered.
    pub fn deliver(&self, letter: &Letter, id: Uuid) -> Delivery {
        let (Ok(to), Ok(mail)) = (letter.to.parse::<Address>(), self.message(letter, id)) else {
            return Delivery::Refused("bad-address".into());
        };
        let mut connection = match self.begin(to) {
            Ok(connection) => connection,
            Err(error) => return certainly_not(&error),
        };
        // From here on the server may have taken it although its answer never came.
        let answer = connection.message(&mail);
        let delivery = match answer {
            Ok(_) => Delivery::Taken,
            Err(error) if error.is_transient() || error.is_permanent() => certainly_not(&error),
            Err(_) => Delivery::Unclear,
        };
        // What matters is answered; how the connection ends does not.
        drop(connection.quit());
        delivery
    }

    /// Says everything up to the mail itself.
    fn begin(&self, to: Address) -> Result<SmtpConnection, SmtpError> {
        let smtp = &self.smtp;
        let me = ClientId::Domain(smtp.from.email.domain().to_owned());
        let tls = match smtp.tls {
            Tls::None => None,
            Tls::Implicit | Tls::Starttls => Some(TlsParameters::new(smtp.host.clone())?),
        };
        let server = (smtp.host.as_str(), smtp.port);
        let at_once = tls.as_ref().filter(|_| smtp.tls == Tls::Implicit);
        let mut connection = SmtpConnection::connect(server, Some(PATIENCE), &me, at_once, None)?;
        if let (Tls::Starttls, Some(tls)) = (smtp.tls, &tls) {
            // Fails when the server has none: nothing goes out that others can read.
            connection.starttls(tls, &me)?;
        }
        if let (Some(user), Some(password)) = (&smtp.user, &self.password) {
            let known = Credentials::new(user.clone(), password.clone());
            connection.auth(DEFAULT_MECHANISMS, &known)?;
        }
        connection.command(Mail::new(Some(smtp.from.email.clone()), Vec::new()))?;
        connection.command(Rcpt::new(to, Vec::new()))?;
        connection.command(Data)?;
        Ok(connection)
    }

    fn message(&self, letter: &Letter, id: Uuid) -> Result<Vec<u8>, lettre::error::Error> {
        let to = letter.to.parse::<Address>().map_err(|_| lettre::error::Error::MissingTo)?;
        // Nobody's absence is to be answered to us.
        let auto = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        let mut message = Message::builder()
            .from(self.smtp.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{id}@{}>", self.smtp.from.email.domain())))
            .raw_header(auto);
        if let Some(reply_to) = &self.smtp.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        let both = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        Ok(message.multipart(both)?.formatted())
    }
}

/// What `error` means when the mail was certainly not taken.
fn certainly_not(error: &SmtpError) -> Delivery {
    let code = error.status().map(|code| code.to_string());
    match (error.is_permanent(), code) {
        (true, Some(code)) => Delivery::Refused(code),
        (_, Some(code)) => Delivery::Later(code),
        (_, None) if error.is_tls() => Delivery::Later("tls".into()),
        (_, None) => Delivery::Later("network".into()),
    }
}
