//! The charts of a report. They draw what [`Finding::shown`] shows, nothing more.

use std::sync::Arc;

use analytics::chart::{
    Caption, ChartError, ComponentChart, ComponentRow, Drawing, HeatmapChart, HeatmapRow, Look,
    Mark, Reading, TargetMark, TrendChart, TrendPoint,
};
use analytics::{Level, Verdict};
use surveys::Language;
use surveys::text::count;

use super::published::{Shown, mark_of, verdict_word};
use super::{Finding, HeldAgainst, Report, Trend, sentence};

/// The index and the components of `report` against their targets.
///
/// # Errors
/// [`ChartError`] when this build is damaged.
pub fn components(report: &Report, look: Look) -> Result<Arc<Drawing>, ChartError> {
    report.drawn.once(look, || draw_components(report, look))
}

fn draw_components(report: &Report, look: Look) -> Result<Drawing, ChartError> {
    let language = look.language;
    let rows = report
        .index()
        .into_iter()
        .chain(report.at(Level::Component))
        .map(|finding| ComponentRow {
            label: finding.title.get(language).to_owned(),
            reading: match report.withheld_of(finding) {
                Some(why) if report.tells_nothing() => {
                    Reading::Withheld { reason: why.get(language).to_owned() }
                }
                _ => reading(finding, language),
            },
            target: finding.against.as_ref().map(target_mark),
            verdict: mark(finding),
            strong: finding.estimate.level == Level::Index,
        })
        .collect();
    ComponentChart {
        caption: Caption { title: message(report, language), subtitle: subtitle(report, language) },
        look: Look { simulated: report.simulated, ..look },
        level: report.level,
        from_half: true,
        rows,
    }
    .draw()
}

/// The index from month to month.
///
/// # Errors
/// [`ChartError`] when this build is damaged.
pub fn trend(trend: &Trend, look: Look) -> Result<Arc<Drawing>, ChartError> {
    trend.drawn.once(look, || over_time(&trend.months, look))
}

/// The index of these reports, one a month.
///
/// # Errors
/// [`ChartError`] when this build is damaged.
pub fn over_time(months: &[Arc<Report>], look: Look) -> Result<Drawing, ChartError> {
    let language = look.language;
    let points = months
        .iter()
        .map(|report| {
            let index = report.index();
            TrendPoint {
                label: report.period.start.format("%m/%Y").to_string(),
                reading: match index.map(|finding| (finding, report.withheld_of(finding))) {
                    Some((_, Some(why))) if report.tells_nothing() => {
                        Reading::Withheld { reason: why.get(language).to_owned() }
                    }
                    Some((finding, _)) => reading(finding, language),
                    None => Reading::Withheld { reason: String::new() },
                },
                target: index.and_then(|f| f.against.as_ref()).map(target_mark),
                break_before: None,
            }
        })
        .collect();
    let (place, simulated, level) = months
        .last()
        .map_or(("", false, 0.95), |report| (report.commune.name, report.simulated, report.level));
    let (title, subtitle) = match language {
        Language::Vi => (
            "Mức hài lòng chung theo tháng".to_owned(),
            format!("{place}. Mỗi điểm là một tháng; vạch đứng là khoảng tin cậy 95 %."),
        ),
        Language::En => (
            "Overall satisfaction by month".to_owned(),
            format!("{place}. Each dot is a month; the bar is its 95% interval."),
        ),
    };
    TrendChart {
        caption: Caption { title, subtitle },
        look: Look { simulated, ..look },
        level,
        from_half: true,
        points,
    }
    .draw()
}

/// Communes × components: one report a commune, all of one instrument.
///
/// # Errors
/// [`ChartError`] when this build is damaged.
pub fn heatmap(reports: &[Arc<Report>], look: Look) -> Result<Arc<Drawing>, ChartError> {
    let language = look.language;
    let columns = reports.first().map_or_else(Vec::new, |report| {
        let components = &report.instrument.components;
        components.iter().map(|c| c.title.get(language).to_owned()).collect()
    });
    let rows = reports
        .iter()
        .map(|report| HeatmapRow {
            label: report.commune.name.to_owned(),
            cells: report
                .at(Level::Component)
                .map(|finding| match finding.shown() {
                    Shown::Rate { rate, .. } => Some(rate),
                    Shown::Nothing | Shown::Counts(_) | Shown::End(..) => None,
                })
                .collect(),
        })
        .collect();
    let title = match language {
        Language::Vi => "Tỷ lệ hài lòng theo xã, phường, đặc khu và thành phần",
        Language::En => "Satisfaction by commune and component",
    };
    let subtitle = reports.first().map_or_else(String::new, |report| {
        let instrument = report.instrument.title.get(language);
        match language {
            Language::Vi => format!("{instrument}. Xếp theo mã đơn vị, không xếp hạng."),
            Language::En => format!("{instrument}. By unit code; this is no ranking."),
        }
    });
    let simulated = reports.iter().any(|report| report.simulated);
    HeatmapChart {
        caption: Caption { title: title.to_owned(), subtitle },
        look: Look { simulated, ..look },
        columns,
        rows,
    }
    .draw()
    .map(Arc::new)
}

/// How many components stand where, with what is none of left unsaid.
fn message(report: &Report, language: Language) -> String {
    let judged: Vec<Verdict> =
        report.at(Level::Component).filter_map(Finding::published_verdict).collect();
    let all = judged.len();
    let said: Vec<String> = [Verdict::Met, Verdict::NotMet, Verdict::Undetermined, Verdict::TooFew]
        .into_iter()
        .filter_map(|wanted| {
            let n = judged.iter().filter(|v| **v == wanted).count();
            (n > 0).then(|| format!("{n} {}", verdict_word(wanted, language).to_lowercase()))
        })
        .collect();
    let yardstick =
        report.at(Level::Component).all(|f| f.against.as_ref().is_none_or(|a| a.yardstick));
    match language {
        _ if all == 0 => report.instrument.title.get(language).to_owned(),
        Language::Vi if yardstick => format!("So với mức tham khảo: {}", said.join(", ")),
        Language::En if yardstick => format!("Held against a yardstick: {}", said.join(", ")),
        Language::Vi => format!("Trong {all} thành phần: {}", said.join(", ")),
        Language::En => format!("Of {all} components: {}", said.join(", ")),
    }
}

fn subtitle(report: &Report, language: Language) -> String {
    let (place, period) = (report.commune.name, report.period.title.get(language));
    let responses = report.told_received().map(|n| match language {
        Language::Vi => format!(", {} phiếu", count(n, language)),
        Language::En => format!(", {} responses", count(n, language)),
    });
    let responses = responses.unwrap_or_default();
    let target = report.index().and_then(|f| f.against.as_ref()).map(|against| {
        let time = sentence::out_of_force(against, language);
        let asked = sentence::target_in_words(against, language);
        let asked = match (language, against.yardstick) {
            (Language::Vi, false) => format!("Chỉ tiêu chung {asked}"),
            (Language::Vi, true) => format!("Mức tham khảo chung {asked}"),
            (Language::En, false) => format!("Overall target {asked}"),
            (Language::En, true) => format!("Overall yardstick {asked}"),
        };
        (asked, format!("{}{time}", against.target.clause))
    });
    match (language, target) {
        (Language::Vi, Some((asked, clause))) => {
            format!("Tỷ lệ hài lòng, {place}, {period}{responses}. {asked} (kế hoạch, {clause}).")
        }
        (Language::Vi, None) => format!("Tỷ lệ hài lòng, {place}, {period}{responses}."),
        (Language::En, Some((asked, clause))) => {
            format!("Satisfaction rate, {place}, {period}{responses}. {asked} (plan, {clause}).")
        }
        (Language::En, None) => format!("Satisfaction rate, {place}, {period}{responses}."),
    }
}

/// What a chart shows of `finding`.
pub fn reading(finding: &Finding, language: Language) -> Reading {
    match finding.shown() {
        Shown::Rate { estimate, rate, low, upp, .. } => {
            Reading::Shown { rate, interval: Some((low, upp)), n: estimate.people }
        }
        Shown::End(_, end) => Reading::Withheld { reason: end.said(language) },
        Shown::Nothing | Shown::Counts(_) => Reading::Withheld {
            reason: finding.withheld().map(|t| t.get(language).to_owned()).unwrap_or_default(),
        },
    }
}

/// The target as a chart draws it.
pub fn target_mark(against: &HeldAgainst) -> TargetMark {
    TargetMark {
        value: against.proportion,
        sign: against.target.operator.symbol().to_owned(),
        yardstick: against.yardstick,
    }
}

/// The sign that stands for what is publicly said of `finding`.
pub fn mark(finding: &Finding) -> Option<Mark> {
    match (finding.shown(), finding.published_verdict()) {
        (Shown::Nothing, _) => Some(Mark::Hidden),
        (_, verdict) => verdict.map(mark_of),
    }
}
