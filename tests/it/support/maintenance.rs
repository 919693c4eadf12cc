//! The way to the kiosk's maintenance screen.

use super::browser::Browser;
use super::kiosk::{at, press};

/// Touches the commune's name five times, which asks for the PIN.
pub(crate) async fn knock(browser: &Browser) {
    let knock = "for (let n = 0; n < 5; n += 1) document.querySelector('.kicker')
        .dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));";
    browser.run(knock).await;
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
