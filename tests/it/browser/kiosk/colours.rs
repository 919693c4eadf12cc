//! The kiosk for somebody who has set colours or motion of their own.

use serde_json::{Value, json};

use super::screens::{Length, faults};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{self, Tablet, enrol};
use crate::support::proxy::Proxy;

/// What only its colour shows, which somebody who has set colours of their own does not see.
const COLOURED: &str = "
    const style = e => getComputedStyle(e);
    const found = [...document.querySelectorAll('button, .tile, textarea, input:not([type=radio], [type=checkbox])')]
        .filter(e => e.getClientRects().length > 0 && (style(e).borderTopStyle === 'none' || parseFloat(style(e).borderTopWidth) < 2))
        .map(e => `no edge around ${e.textContent || e.id}`);
    const marked = e => style(e).outlineStyle !== 'none' && parseFloat(style(e).outlineWidth) >= 2;
    for (const e of document.querySelectorAll('[aria-pressed], .tile')) {
        const isChosen = e.ariaPressed === 'true' || e.querySelector('input')?.checked === true;
        if (isChosen !== marked(e)) found.push(`chosen ${isChosen}, marked ${marked(e)}: ${e.textContent}`);
    }
    const [disc, stroke] = ['.tick circle', '.tick path'].map(css => document.querySelector(css));
    if (disc && style(disc).fill === style(stroke).stroke) found.push('a tick that is all of one colour');
    return found;";

/// What only its colour shows on the screen as it is, under forced colours.
pub(in crate::browser) async fn coloured(browser: &Browser) -> Vec<String> {
    serde_json::from_value(browser.run(COLOURED).await).expect("a list of faults")
}

/// Whether the chosen option differs from the others by more than its colour, for
/// somebody who has set `features`.
async fn shown_as_chosen(browser: &Browser, features: Value) -> Value {
    browser.command("Emulation.setEmulatedMedia", json!({"features": features})).await;
    browser
        .run(
            "const [one, other] = [...document.querySelectorAll('.tile')].map(tile => getComputedStyle(tile));
             const mark = document.querySelector('.tile input:checked');
             return [one.outlineStyle !== other.outlineStyle || one.boxShadow !== other.boxShadow,
                 mark.getBoundingClientRect().width > 20,
                 Math.max(...[...document.querySelectorAll('*')].map(e => parseFloat(getComputedStyle(e).transitionDuration) + parseFloat(getComputedStyle(e).animationDuration))) === 0];",
        )
        .await
}

#[tokio::test]
async fn forced_colours_a_dark_screen_and_less_motion_change_nothing_that_is_needed() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    kiosk::visit(&browser, &[kiosk::Step::Touch(1)]).await;
    for (name, value) in [
        ("forced-colors", "active"),
        ("prefers-color-scheme", "dark"),
        ("prefers-reduced-motion", "reduce"),
    ] {
        let features = json!([{"name": name, "value": value}]);
        assert_eq!(shown_as_chosen(&browser, features).await, json!([true, true, true]), "{name}");
        assert_eq!(faults(&browser, Length::Fits).await, Vec::<String>::new(), "{name}");
        assert_eq!(browser.violations().await, Vec::<String>::new(), "{name}");
    }
    browser.close().await;
}
