//! A mail server for tests: speaks SMTP over TCP, keeps what it took, and misbehaves for
//! some mailboxes as real ones do.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What reached the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    /// Whom the envelope names.
    pub(crate) to: String,
    /// Head and body as they came.
    pub(crate) content: String,
}

/// What a mail server that takes nothing answers, and to which command.
type Fault = Arc<Mutex<Option<(&'static str, &'static str)>>>;

/// A mail server. A mailbox `busy…` is put off once, `gone…` refused for good, and for
/// `cut…` the connection ends after the mail without an answer.
#[derive(Debug)]
pub(crate) struct Sink {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<Mail>>>,
    fault: Fault,
}

impl Sink {
    /// Starts it; it runs as long as the tests do.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let (mails, put_off) = (Arc::default(), Arc::default());
        let fault = Fault::default();
        let sink = Self { address, mails: Arc::clone(&mails), fault: Arc::clone(&fault) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (mails, put_off) = (Arc::clone(&mails), Arc::clone(&put_off));
                let fault = Arc::clone(&fault);
                // A client that goes away in the middle is none of the server's faults.
                std::thread::spawn(move || drop(serve(stream, &mails, &put_off, &fault)));
            }
        });
        sink
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on answers `command` (empty: the connection itself) with `answer`; with
    /// none, as a mail server that is well.
    pub(crate) fn fail(&self, fault: Option<(&'static str, &'static str)>) {
        *self.fault.lock().unwrap() = fault;
    }

    /// Everything that reached it, in order.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// How many mails to `to` reached it.
    pub(crate) fn count(&self, to: &str) -> usize {
        self.mails().iter().filter(|mail| mail.to == to).count()
    }
}

fn serve(
    stream: TcpStream,
    mails: &Mutex<Vec<Mail>>,
    put_off: &Mutex<Vec<String>>,
    fault: &Fault,
) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut to = String::new();
    let faulty = |said: &str| {
        let fault = *fault.lock().unwrap();
        fault.filter(|(to, _)| to.is_empty() == said.is_empty() && said.starts_with(to))
    };
    let greeting = faulty("").map_or("220 sink ESMTP", |(_, answer)| answer);
    out.write_all(format!("{greeting}\r\n").as_bytes())?;
    while let Some(line) = lines.next().transpose()? {
        let said = line.to_ascii_uppercase();
        let answer = if let Some((_, answer)) = faulty(&said) {
            answer
        } else if said.starts_with("EHLO") {
            "250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME"
        } else if said.starts_with("AUTH") {
            "235 welcome"
        } else if said.starts_with("RCPT TO:") {
            line[8..].trim_matches(['<', '>', ' ']).clone_into(&mut to);
            let mut before = put_off.lock().unwrap();
            if to.starts_with("gone") {
                "550 no such mailbox"
            } else if to.starts_with("busy") && !before.contains(&to) {
                before.push(to.clone());
                "450 later please"
            } else {
                "250 fine"
            }
        } else if said == "DATA" {
            out.write_all(b"354 go on\r\n")?;
            let mut content = String::new();
            for line in lines.by_ref() {
                let line = line?;
                if line == "." {
                    break;
                }
                content += &line;
                content.push('\n');
            }
            mails.lock().unwrap().push(Mail { to: to.clone(), content });
            if to.starts_with("cut") {
                return Ok(());
            }
            "250 taken"
        } else if said == "QUIT" {
            out.write_all(b"221 bye\r\n")?;
            return Ok(());
        } else {
            "250 fine"
        };
        out.write_all(answer.as_bytes())?;
        out.write_all(b"\r\n")?;
    }
    Ok(())
}
