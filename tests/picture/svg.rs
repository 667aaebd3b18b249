//! A frame as SVG: rectangles for backgrounds, runs of text stretched to their cells.
use std::fmt::Write as _;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// Pixels of a cell. Lines of a box meet only when its height is that of a glyph, about 1.17 times the font's size.
const CELL: (f32, f32) = (8.4, 16.4);
const FONT: &str = "font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" font-size=\"14\"";
const PAPER: &str = "#16191d";
const INK: &str = "#d4d7db";
/// Around the frame, in pixels.
const MARGIN: f32 = 12.0;

/// Draws a frame.
pub fn of(frame: &Buffer) -> String {
    let (width, height) = (frame.area.width, frame.area.height);
    let (wide, high) = (f32::from(width) * CELL.0, f32::from(height) * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" {FONT}>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\" xml:space=\"preserve\">\n",
        wide + 2.0 * MARGIN,
        high + 2.0 * MARGIN,
    );
    for (y, cells) in frame.content.chunks(usize::from(width)).enumerate() {
        for run in runs(cells, |cell| cell.bg) {
            ground(&mut svg, y, &run, cells[run.start].bg);
        }
        for run in runs(cells, |cell| (cell.fg, cell.modifier, is_wide(cell))) {
            text(&mut svg, y, run, cells);
        }
    }
    svg + "</g>\n</svg>\n"
}

/// Neighbours that are alike; a wide cell stands by itself, with the cell that it covers.
fn runs<T: PartialEq>(cells: &[Cell], look: impl Fn(&Cell) -> T) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(cell) = cells.get(at) {
        let end = at + if is_wide(cell) { 2 } else { 1 };
        match runs.last_mut() {
            Some(run) if look(&cells[run.start]) == look(cell) && end - at == 1 => run.end = end,
            _ => runs.push(at..end),
        }
        at = end;
    }
    runs
}

fn is_wide(cell: &Cell) -> bool {
    unicode_width::UnicodeWidthStr::width(cell.symbol()) > 1
}

fn ground(svg: &mut String, y: usize, run: &Range<usize>, color: Color) {
    if let Some(color) = hex(color) {
        let (x, y) = place(run.start, y);
        let (wide, high) = place(run.len(), 1);
        writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\" fill=\"{color}\"/>"
        )
        .unwrap();
    }
}

fn text(svg: &mut String, y: usize, mut run: Range<usize>, cells: &[Cell]) {
    let blank = |cell: &Cell| cell.symbol().trim().is_empty();
    let cell = &cells[run.start];
    while !is_wide(cell) && run.end > run.start && blank(&cells[run.end - 1]) {
        run.end -= 1;
    }
    while run.start < run.end && blank(&cells[run.start]) {
        run.start += 1;
    }
    if run.is_empty() {
        return;
    }
    let (x, top) = place(run.start, y);
    let wide = place(run.len(), 0).0;
    let baseline = top + 0.78 * CELL.1;
    let ink = hex(cell.fg).unwrap_or_else(|| INK.to_owned());
    let bold = if cell.modifier.contains(Modifier::BOLD) {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let shown = if is_wide(cell) {
        run.start..run.start + 1
    } else {
        run
    };
    let words: String = cells[shown].iter().map(Cell::symbol).collect();
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{baseline:.1}\" fill=\"{ink}\"{bold} textLength=\"{wide:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\">{words}</text>"
    )
    .unwrap();
}

fn place(column: usize, row: usize) -> (f32, f32) {
    (column as f32 * CELL.0, row as f32 * CELL.1)
}

/// None is the terminal's own.
fn hex(color: Color) -> Option<String> {
    match color {
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        _ => None,
    }
}
