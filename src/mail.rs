//! Handing a mail over to the mail server that the operator set. Knows nothing of what
//! it says; tells precisely whether the server took it.

use std::error::Error as _;
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

/// How long the mail server may take for each step up to the mail itself.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take for its answer to the mail (RFC 5321, 4.5.3.2.6).
const PATIENCE_AT_THE_END: Duration = Duration::from_mins(10);

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
    /// It certainly did not take this mail, and may later; why.
    Later(String),
    /// It takes no mail of ours at all, for a reason that is not this mail's.
    Closed(String),
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
    patience: [Duration; 2],
}

impl Mailer {
    /// Somebody who mails through `smtp`, signing in with `password` if there is one.
    pub fn new(smtp: Smtp, password: Option<String>) -> Self {
        Self { smtp, password, patience: [PATIENCE, PATIENCE_AT_THE_END] }
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
        let mut connection = match self.begin() {
            Ok(connection) => connection,
            Err(why) => return Delivery::Closed(why),
        };
        if let Err(error) = connection.command(Rcpt::new(to, Vec::new())) {
            return if is_about_us(&error) {
                Delivery::Later(told("mail", &error))
            } else {
                certainly_not(&error)
            };
        }
        if let Err(error) = connection.command(Data) {
            return certainly_not(&error);
        }
        if connection.set_timeout(Some(self.patience[1])).is_err() {
            return Delivery::Closed("network".into());
        }
        // From here on the server may have taken it although its answer never came.
        let answer = connection.message(&mail);
        let delivery = match answer {
            Ok(_) => Delivery::Taken,
            Err(error) if error.status().is_some() => certainly_not(&error),
            Err(_) => Delivery::Unclear,
        };
        // The mail is settled; how the connection ends does not matter.
        drop(connection.set_timeout(Some(self.patience[0])));
        drop(connection.quit());
        delivery
    }

    /// Says everything that is the same for every mail; or why nothing can be mailed.
    fn begin(&self) -> Result<SmtpConnection, String> {
        let smtp = &self.smtp;
        let me = ClientId::Domain(smtp.from.email.domain().to_owned());
        let tls = match smtp.tls {
            Tls::None => None,
            Tls::Implicit | Tls::Starttls => {
                Some(TlsParameters::new(smtp.host.clone()).map_err(|_| "tls")?)
            }
        };
        let server = (smtp.host.as_str(), smtp.port);
        let at_once = tls.as_ref().filter(|_| smtp.tls == Tls::Implicit);
        let patience = Some(self.patience[0]);
        let mut connection = SmtpConnection::connect(server, patience, &me, at_once, None)
            .map_err(|error| told("server", &error))?;
        if let (Tls::Starttls, Some(tls)) = (smtp.tls, &tls) {
            // Fails when the server has none: nothing goes out that others can read.
            connection.starttls(tls, &me).map_err(|error| told("tls", &error))?;
        }
        if let (Some(user), Some(password)) = (&smtp.user, &self.password) {
            let known = Credentials::new(user.clone(), password.clone());
            let signed_in = connection.auth(DEFAULT_MECHANISMS, &known);
            signed_in.map_err(|error| told("sign-in", &error))?;
        }
        let from = Mail::new(Some(smtp.from.email.clone()), Vec::new());
        connection.command(from).map_err(|error| told("sender", &error))?;
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

/// What `error` at this mail means, which was certainly not taken.
fn certainly_not(error: &SmtpError) -> Delivery {
    match error.status() {
        Some(code) if error.is_permanent() => Delivery::Refused(code.to_string()),
        Some(code) => Delivery::Later(code.to_string()),
        None => Delivery::Closed("network".into()),
    }
}

/// Whether a mailbox was refused for what we are and not for what it is: without signing
/// in (RFC 4954, 530), or by a rule (RFC 3463, X.7.X) such as a closed relay.
fn is_about_us(error: &SmtpError) -> bool {
    let by_rule = || error.source().is_some_and(|said| said.to_string().starts_with("5.7."));
    error.status().is_some_and(|code| code.to_string() == "530") || by_rule()
}

/// Why nothing can be mailed: the step, with the server's reply code if it gave one.
fn told(step: &str, error: &SmtpError) -> String {
    match error.status() {
        Some(code) => format!("{step} {code}"),
        None if error.is_tls() || step == "tls" => "tls".to_owned(),
        None if error.is_client() => step.to_owned(),
        None => "network".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// A server that answers the mail only when its client has waited for twice as long as
    /// for any other step, or went away.
    fn slow_server(patience: Duration) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            stream.write_all(b"220 slow\r\n").unwrap();
            let mut line = String::new();
            let mut in_mail = false;
            while lines.read_line(&mut line).unwrap_or(0) > 0 {
                if line == "DATA\r\n" {
                    in_mail = true;
                    stream.write_all(b"354 go on\r\n").unwrap();
                } else if line == ".\r\n" {
                    stream.set_read_timeout(Some(patience * 2)).unwrap();
                    let gone = matches!(stream.read(&mut [0; 8]), Ok(0));
                    let answer: &[u8] = if gone { b"" } else { b"250 taken\r\n" };
                    return stream.write_all(answer).unwrap();
                } else if !in_mail {
                    stream.write_all(b"250 fine\r\n").unwrap();
                }
                line.clear();
            }
        });
        port
    }

    fn handed_over(at_the_end: u32) -> Delivery {
        let step = Duration::from_millis(400);
        let settings = format!(
            "host = '127.0.0.1'\nport = {}\ntls = 'none'\nfrom = 'a@a.vn'",
            slow_server(step)
        );
        let mut mailer = Mailer::new(toml::from_str(&settings).unwrap(), None);
        mailer.patience = [step, step * at_the_end];
        let [to, subject, text, html] = ["b@a.vn", "s", "t", "h"].map(str::to_owned);
        mailer.deliver(&Letter { to, subject, text, html }, Uuid::from_u128(1))
    }

    #[test]
    fn the_answer_to_a_mail_is_waited_for_longer_than_any_other() {
        assert!(PATIENCE_AT_THE_END >= Duration::from_mins(10), "as RFC 5321 asks");
        assert_eq!(handed_over(20), Delivery::Taken);
        // The control: with the patience of the other steps it is not known.
        assert_eq!(handed_over(1), Delivery::Unclear);
    }
}
