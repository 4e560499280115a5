//! The comparison as a picture: for each policy the share of callers who wait longer than a time,
//! on a logarithmic scale, on which Erlang C is a straight line.

use std::fmt::Write as _;

use crate::outcome::{Figures, Outcome};
use crate::theory::Theory;

const PANEL: (f64, f64) = (340.0, 230.0);
/// Left, top, right and bottom of the axes inside a panel.
const INSET: (f64, f64, f64, f64) = (48.0, 30.0, 14.0, 36.0);
const COLUMNS: usize = 3;
const HEADER: f64 = 84.0;
const FOOTER: f64 = 16.0;
/// The shares from top to bottom: 100 % to 0.1 %.
const DECADES: f64 = 3.0;
const POINTS: usize = 120;
/// Told apart by the colour-blind too (Okabe and Ito).
const COLOURS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
];

const STYLE: &str = "text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#333}\
    .title{font-size:17px;font-weight:bold}.name{font-weight:bold}.tick{font-size:10px;fill:#666}\
    .grid{stroke:#ddd}.axis{stroke:#888;fill:none}.curve{fill:none;stroke-width:1.8}\
    .theory{fill:none;stroke:#333;stroke-dasharray:5 4}";

/// Draws one panel for each policy.
pub(crate) fn draw(title: &str, outcomes: &[Outcome], theory: Option<&Theory>) -> String {
    let columns = outcomes.len().clamp(1, COLUMNS);
    let rows = outcomes.len().div_ceil(columns);
    let width = columns as f64 * PANEL.0;
    let height = HEADER + rows as f64 * PANEL.1 + FOOTER;
    let longest = longest(outcomes);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    text(&mut svg, "title", (16.0, 28.0), title);
    text(
        &mut svg,
        "tick",
        (16.0, 48.0),
        "Share of callers who wait longer than a time; logarithmic",
    );
    legend(&mut svg, outcomes, theory);
    for (index, outcome) in outcomes.iter().enumerate() {
        let corner = (
            (index % columns) as f64 * PANEL.0,
            HEADER + (index / columns) as f64 * PANEL.1,
        );
        let _ = writeln!(
            svg,
            "<g transform=\"translate({} {})\">",
            corner.0, corner.1
        );
        panel(&mut svg, outcome, theory, longest);
        svg += "</g>\n";
    }
    svg += "</svg>\n";
    svg
}

/// The end of the time axis: where the last curve leaves the picture.
fn longest(outcomes: &[Outcome]) -> f64 {
    let ends = outcomes
        .iter()
        .flat_map(|outcome| &outcome.figures)
        .filter_map(|figures| figures.quantile(0.999));
    ends.fold(60.0, f64::max)
}

fn legend(svg: &mut String, outcomes: &[Outcome], theory: Option<&Theory>) {
    let mut x = 16.0;
    let mut entry = |class: &str, colour: &str, name: &str| {
        let _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x}\" y1=\"66\" x2=\"{}\" y2=\"66\" {colour}/>",
            x + 22.0
        );
        text(svg, "", (x + 28.0, 70.0), name);
        x += 52.0 + 7.5 * name.chars().count() as f64;
    };
    if let Some(outcome) = outcomes.first() {
        for (figures, colour) in by_class(outcome) {
            let name = figures.class.as_deref().unwrap_or("all");
            entry("curve", &format!("stroke=\"{colour}\""), name);
        }
    }
    if let Some(theory) = theory.filter(|theory| theory.longer_than(0.0).is_some()) {
        entry("theory", "", &format!("{}, first come", theory.name()));
    }
}

fn by_class(outcome: &Outcome) -> impl Iterator<Item = (&Figures, &'static str)> {
    outcome
        .figures
        .iter()
        .filter(|figures| figures.class.is_some())
        .zip(COLOURS.into_iter().cycle())
}

fn panel(svg: &mut String, outcome: &Outcome, theory: Option<&Theory>, longest: f64) {
    let (left, top) = (INSET.0, INSET.1);
    let (wide, high) = (PANEL.0 - INSET.0 - INSET.2, PANEL.1 - INSET.1 - INSET.3);
    let x = |wait: f64| left + wait / longest * wide;
    let y = |share: f64| top + (-share.log10() / DECADES).clamp(0.0, 1.0) * high;
    text(svg, "name", (left, 20.0), &outcome.rule);
    for (share, label) in [
        (1.0, "100 %"),
        (0.1, "10 %"),
        (0.01, "1 %"),
        (0.001, "0.1 %"),
    ] {
        let at = y(share);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{left}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\"/>",
            left + wide
        );
        text(svg, "tick", (8.0, at + 3.0), label);
    }
    let step = tick_step(longest);
    let mut tick = 0.0;
    while tick <= longest {
        let label = if step >= 60.0 {
            format!("{} min", tick / 60.0)
        } else {
            format!("{tick} s")
        };
        text(svg, "tick", (x(tick) - 8.0, top + high + 16.0), &label);
        tick += step;
    }
    let _ = writeln!(
        svg,
        "<path class=\"axis\" d=\"M{left} {top}V{:.1}H{:.1}\"/>",
        top + high,
        left + wide
    );
    let curve = |longer_than: &dyn Fn(f64) -> f64| {
        let mut path = String::new();
        for point in 0..=POINTS {
            let wait = longest * point as f64 / POINTS as f64;
            let share = longer_than(wait);
            if share < 10_f64.powf(-DECADES) {
                break;
            }
            let begin = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{begin}{:.1} {:.1}", x(wait), y(share));
        }
        path
    };
    for (figures, colour) in by_class(outcome) {
        let path = curve(&|wait| figures.longer_than(wait));
        let _ = writeln!(
            svg,
            "<path class=\"curve\" stroke=\"{colour}\" d=\"{path}\"/>"
        );
    }
    if let Some(theory) = theory {
        let path = curve(&|wait| theory.longer_than(wait).unwrap_or(0.0));
        let _ = writeln!(svg, "<path class=\"theory\" d=\"{path}\"/>");
    }
}

/// About four ticks, at round numbers of seconds or minutes.
fn tick_step(longest: f64) -> f64 {
    let steps = [
        10.0, 20.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 3600.0, 7200.0, 18_000.0,
    ];
    steps
        .into_iter()
        .find(|step| longest / step <= 5.0)
        .unwrap_or_else(|| (longest / 5.0 / 3600.0).ceil() * 3600.0)
}

fn text(svg: &mut String, class: &str, (x, y): (f64, f64), words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>"
    );
}
