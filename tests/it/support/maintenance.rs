//! The way to the kiosk's maintenance screen.

use super::browser::Browser;
use super::kiosk::{at, press};

/// Touches the commune's name five times, which asks for the PIN.
pub(crate) async fn knock(browser: &Browser) {
    // A page that takes up another worker loads itself anew, perhaps just now.
    let knock = "const done = arguments[arguments.length - 1];
        const end = performance.now() + 4000;
        let knocked = false;
        const look = () => {
            const head = document.querySelector('.kicker');
            if (document.querySelector('.pad')) return done(true);
            if (performance.now() > end) return done(false);
            for (let n = 0; head && !knocked && n < 5; n += 1) {
                head.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
            }
            knocked ||= head !== null;
            setTimeout(look, 20);
        };
        look();";
    for _ in 0..5 {
        if browser.attempt(knock).await.is_some_and(|opened| opened == true) {
            break;
        }
    }
    at(browser, "pin").await;
}

/// Types `pin` on the pad.
pub(crate) async fn type_pin(browser: &Browser, pin: &str) {
    for digit in pin.chars() {
        let place = if digit == '0' { 11 } else { digit.to_digit(10).expect("a digit") };
        press(browser, &format!(".pad button:nth-child({place})")).await;
    }
    press(browser, ".pad .next").await;
}
