//! How a figure of staff's results is computed: of all or of a slice, and how it is tested
//! whether groups differ.

use analytics::Level;
use analytics::comparison::Association;
use askama::Template;
use chrono::NaiveDate;
use surveys::collection_point::CollectionPoint;
use surveys::text::{count, decimal, percent};

use super::filters::{group_name, label_said, slice_name};
use crate::pages::explanation::{Body, Piece, Step, asked, number, result, rule_key};
use crate::pages::message::Link;
use crate::pages::staff::Nav;
use crate::pages::{Shell, Words};
use crate::reporting::explanation::{Compared, Explanation};
use crate::reporting::slices::{By, Slice};
use crate::reporting::{Finding, Report};

/// Below this p-value groups are said to differ, and below the second clearly.
const DIFFERS: [f64; 2] = [0.05, 0.001];

/// A smaller p-value is told as smaller than this.
const LEAST_P: f64 = 1e-6;

/// The page.
#[derive(Debug, Template)]
#[template(path = "staff/explanation.html")]
pub struct HowPage<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    body: Body,
}

/// The address of the page that explains `finding`, a figure of `report`, to staff.
pub(in crate::pages) fn address(shell: &Shell, report: &Report, finding: &Finding) -> String {
    let place = place(finding.estimate.level, &finding.estimate.code);
    let slice = report.part.as_ref().map(|part| &part.slice);
    let by = slice.map_or(By::Point, |slice| slice.by);
    shell.link(&of_slice(&place, report, slice, by))
}

/// The path of the page that explains a figure.
pub(super) fn place(level: Level, code: &str) -> String {
    format!("/staff/results/how/{}/{code}", level.name())
}

/// The address `place` with what `report` is of, and of which `slice` of it.
pub(super) fn of_slice(place: &str, report: &Report, slice: Option<&Slice>, by: By) -> String {
    let instrument = format!("{}@{}", report.instrument.id, report.instrument.version);
    let mut query = vec![
        ("unit", report.commune.code.as_str()),
        ("instrument", &instrument),
        ("period", &report.period.code),
        ("group", by.name()),
    ];
    query.extend(slice.map(|slice| (slice.by.name(), slice.value.as_str())));
    format!("{place}?{}", serde_urlencoded::to_string(query).unwrap_or_default())
}

/// The address of the results of `report` with its groups `by` something.
pub fn back(report: &Report, by: By) -> String {
    of_slice("/staff/results", report, None, by)
}

/// What a test with this p-value says of the figure `title`.
pub(super) fn tested(t: Words, title: &str, p: f64) -> String {
    let [differs, clearly] = DIFFERS;
    let key = match (p < differs, p < clearly) {
        (true, true) => "results-test-differs-clearly",
        (true, false) => "results-test-differs",
        (false, _) => "results-test-same",
    };
    t.with(key, &[("figure", title), ("p", &decimal(p.max(clearly), 3, t.0))])
}

impl<'a> HowPage<'a> {
    /// The page of `explanation`, a figure of a commune with these `points`.
    pub fn of_figure(
        shell: &'a Shell,
        nav: Nav,
        explanation: &Explanation<'_>,
        points: &[CollectionPoint],
        today: NaiveDate,
    ) -> Self {
        let (t, report) = (shell.t, explanation.report);
        let slice = report.part.as_ref().map(|part| &part.slice);
        let by = slice.map_or(By::Point, |slice| slice.by);
        let mut body = Body::of(shell, explanation, address, today);
        if let Some(slice) = slice {
            let name = slice_name(shell, report.instrument, points, slice);
            body.also.insert(0, t.with("results-slice", &[("slice", &name)]));
            body.of = format!("{}, {name}", body.of);
        }
        let back = shell.link(&of_slice("/staff/results", report, slice, by));
        Self { shell, t, nav: Some(nav), body: body.leading_back(back) }
    }

    /// The page of `compared`, a test between groups of a commune with these `points`.
    pub fn of_test(
        shell: &'a Shell,
        nav: Nav,
        compared: &Compared<'_>,
        points: &[CollectionPoint],
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let Compared { report, by, finding, test, .. } = compared;
        let title = finding.title.get(language);
        let by_name = label_said(shell, report.instrument, *by);
        let mut told =
            vec![t.with("how-test-what", &[("by", &by_name), ("n", &test.groups.to_string())])];
        told.extend(asked(t, compared.scope()));
        told.push(t.get(rule_key(finding.estimate.aggregation)).into_owned());
        told.push(t.get("how-test-rule").into_owned());
        told.push(t.get("results-groups-note").into_owned());
        let counts = compared.rows().map(|(group, e)| {
            let slice = Slice { by: *by, value: group.value.clone() };
            let (satisfied, valid) = (count(e.satisfied, language), count(e.valid, language));
            let rate = percent(e.satisfied as f64 / e.valid.max(1) as f64, 1, language);
            let name = group_name(shell, report.instrument, points, &slice);
            (
                t.with("how-test-group", &[("group", &name)]),
                format!("{satisfied} / {valid} = {rate}"),
            )
        });
        let notes = test.has_few_df().then(|| {
            let few = analytics::Flag::FewDf.text().get(language).to_owned();
            (few, format!("df = {} < 8", test.df))
        });
        let place = format!("{}, {}", report.commune.name, report.period.title.get(language));
        let body = Body {
            title: t.with("how-test-title", &[("figure", title), ("by", &by_name)]),
            back: Link {
                address: format!("{}#groups-heading", shell.link(&back(report, *by))),
                label: place.clone(),
            },
            of: place,
            said: test.p.map_or_else(String::new, |p| tested(t, title, p)),
            asked: told,
            counts: counts.collect(),
            notes: notes.into_iter().collect(),
            formulas: t.get("how-formulas").into_owned(),
            steps: steps(t, compared.test).unwrap_or_default(),
            r: t.get("how-test-r").into_owned(),
            pieces: vec![Piece {
                id: "r-groups",
                heading: String::new(),
                said: t.get("how-r-responses").into_owned(),
                code: compared.r(language),
            }],
            ..Body::default()
        };
        Self { shell, t, nav: Some(nav), body }
    }
}

/// From the table of answers to p; `None` where there is no test.
fn steps(t: Words, test: &Association) -> Option<Vec<Step>> {
    let language = t.0;
    let put = |value: f64| number(value, language);
    let (pearson, f, p) = (test.pearson?, test.f?, test.p?);
    let (groups, design) = (test.df_groups?, test.df_design?);
    let step = |heading: &str, words: &[&str], lines: Vec<String>| Step {
        heading: t.get(heading).into_owned(),
        words: words.iter().map(|key| t.get(key).into_owned()).collect(),
        symbols: lines.join("\n"),
    };
    Some(vec![
        step(
            "how-test-step-pearson",
            &["how-test-pearson"],
            vec![
                "E = (Σ x/Σ n)·n,  E′ = n − E".to_owned(),
                "X² = Σ ( (x − E)²/E + (x − E)²/E′ )".to_owned(),
                format!("X² {}", result(pearson, language)),
            ],
        ),
        step(
            "how-test-step-design",
            &["how-test-design", "how-test-df"],
            vec![
                "δ₁, …, δ_k₋₁: |V − δ·V₀| = 0".to_owned(),
                format!("Σδ {}", result(pearson / f, language)),
                format!("d₁ = (Σδ)²/Σδ² {}", result(groups, language)),
                format!("d₂ = d₁·df = {}·{}", put(groups), test.df),
                format!("d₂ {}", result(design, language)),
            ],
        ),
        step(
            "how-test-step-p",
            &["how-test-p"],
            vec![
                "F = X²/Σδ".to_owned(),
                format!("F {}", result(f, language)),
                "p = P( F(d₁, d₂) > F )".to_owned(),
                if p < LEAST_P {
                    format!("p < {}", put(LEAST_P))
                } else {
                    format!("p {}", result(p, language))
                },
            ],
        ),
    ])
}
