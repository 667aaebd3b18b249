//! Styles by meaning, not by place, for terminals of any depth and for dark and light backgrounds.
use ratatui::style::{Color, Modifier, Style};

/// How many colours may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// None at all: bold, dim, underlined and reversed must do.
    None,
    /// The terminal's own sixteen.
    Sixteen,
    /// Any colour.
    True,
}

impl Depth {
    /// The depth that the values of `NO_COLOR`, `COLORTERM` and `TERM` promise.
    pub fn of(no_color: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Self {
        let term = term.unwrap_or_default();
        if no_color.is_some_and(|value| !value.is_empty()) || term == "dumb" || term.ends_with("-m")
        {
            return Self::None;
        }
        match colorterm {
            Some("truecolor" | "24bit") => Self::True,
            _ if term.ends_with("-direct") => Self::True,
            _ => Self::Sixteen,
        }
    }
}

/// Every style there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    pub text: Style,
    /// What is there but need not be read.
    pub dim: Style,
    pub title: Style,
    pub border: Style,
    pub border_focused: Style,
    /// The selected row of the pane with the focus.
    pub selected: Style,
    /// The selected row of any other pane.
    pub selected_away: Style,
    /// A row with a mark.
    pub marked: Style,
    pub error: Style,
    pub warn: Style,
    pub good: Style,
    /// The key in "key does this".
    pub key_hint: Style,
    /// A byte that is written as an escape.
    pub escape: Style,
    pub folder: Style,
    pub count: Style,
    pub ttl: Style,
    /// A time to live that is nearly over.
    pub ttl_soon: Style,
    pub accent: Style,
    /// A word that must be noticed: RO.
    pub badge: Style,
    /// A word that must not be overlooked: prod.
    pub badge_danger: Style,
    /// A name in an object of JSON.
    pub json_name: Style,
    pub json_string: Style,
    pub json_number: Style,
    /// `true`, `false`, `null`.
    pub json_word: Style,
    /// Brackets, commas and colons.
    pub json_punct: Style,
    /// The offsets beside a hex view.
    pub hex_offset: Style,
    kinds: [Style; 6],
}

/// The colours of one depth, by the name of their hue; `None` is the terminal's own.
#[derive(Clone, Copy)]
struct Palette {
    gray: Option<Color>,
    red: Option<Color>,
    amber: Option<Color>,
    green: Option<Color>,
    teal: Option<Color>,
    blue: Option<Color>,
    purple: Option<Color>,
    pink: Option<Color>,
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Colours half-way between black and white, so that each can be read on both.
const TRUE: Palette = Palette {
    gray: Some(rgb(0x0080_8489)),
    red: Some(rgb(0x00d9_534f)),
    amber: Some(rgb(0x00a8_821f)),
    green: Some(rgb(0x003f_9142)),
    teal: Some(rgb(0x001f_9490)),
    blue: Some(rgb(0x004a_86d8)),
    purple: Some(rgb(0x009b_6fd0)),
    pink: Some(rgb(0x00c6_5b97)),
};

/// The plain eight; their bright siblings vanish on light backgrounds. Gray is left to the modifier `DIM`.
const SIXTEEN: Palette = Palette {
    gray: None,
    red: Some(Color::Red),
    amber: Some(Color::Yellow),
    green: Some(Color::Green),
    teal: Some(Color::Cyan),
    blue: Some(Color::Blue),
    purple: Some(Color::Magenta),
    pink: Some(Color::Magenta),
};

const NONE: Palette = Palette {
    gray: None,
    red: None,
    amber: None,
    green: None,
    teal: None,
    blue: None,
    purple: None,
    pink: None,
};

/// The order of [`Theme::kinds`]; anything else is the sixth.
const KINDS: [&str; 5] = ["string", "hash", "list", "set", "zset"];

impl Theme {
    /// The theme for a terminal of this depth.
    pub fn new(depth: Depth) -> Self {
        let palette = match depth {
            Depth::None => NONE,
            Depth::Sixteen => SIXTEEN,
            Depth::True => TRUE,
        };
        let text = Style::new();
        let ink = |color: Option<Color>| color.map_or(text, |color| text.fg(color));
        let dim = palette
            .gray
            .map_or(text.add_modifier(Modifier::DIM), |gray| text.fg(gray));
        let bold = text.add_modifier(Modifier::BOLD);
        let strong = |color: Option<Color>| ink(color).add_modifier(Modifier::BOLD);
        Self {
            text,
            dim,
            title: bold,
            border: dim,
            border_focused: if depth == Depth::None {
                bold
            } else {
                ink(palette.teal)
            },
            selected: block(depth, Color::Cyan, 0x001f_6f6b),
            selected_away: away(depth),
            marked: strong(palette.amber),
            error: strong(palette.red),
            warn: if depth == Depth::None {
                bold
            } else {
                ink(palette.amber)
            },
            good: ink(palette.green),
            key_hint: strong(palette.teal),
            escape: if depth == Depth::None {
                dim
            } else {
                ink(palette.pink)
            },
            folder: strong(palette.blue),
            count: dim,
            ttl: ink(palette.green),
            ttl_soon: strong(palette.amber),
            accent: strong(palette.teal),
            badge: block(depth, Color::Yellow, 0x008a_6414).add_modifier(Modifier::BOLD),
            badge_danger: block(depth, Color::Red, 0x00b3_382f).add_modifier(Modifier::BOLD),
            json_name: ink(palette.blue),
            json_string: ink(palette.green),
            json_number: ink(palette.amber),
            json_word: ink(palette.purple),
            json_punct: dim,
            hex_offset: dim,
            kinds: [
                palette.green,
                palette.blue,
                palette.amber,
                palette.purple,
                palette.pink,
                palette.teal,
            ]
            .map(ink),
        }
    }

    /// The style of a Redis type's name.
    pub fn kind(&self, name: &str) -> Style {
        let at = KINDS
            .iter()
            .position(|kind| *kind == name)
            .unwrap_or(KINDS.len());
        self.kinds[at]
    }
}

/// A style that fills its cells, so that it is seen on any background.
fn block(depth: Depth, plain: Color, hex: u32) -> Style {
    let style = Style::new().remove_modifier(Modifier::DIM);
    match depth {
        Depth::True => style.fg(Color::Rgb(255, 255, 255)).bg(rgb(hex)),
        Depth::Sixteen => style.fg(Color::Black).bg(plain),
        Depth::None => style.add_modifier(Modifier::REVERSED),
    }
}

/// As [`block`], but so that it does not look like the place where keys go.
fn away(depth: Depth) -> Style {
    match depth {
        Depth::None => Style::new()
            .remove_modifier(Modifier::DIM)
            .add_modifier(Modifier::UNDERLINED),
        Depth::Sixteen => block(depth, Color::Gray, 0),
        Depth::True => block(depth, Color::Reset, 0x006b_7280),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_depth_is_what_the_environment_promises() {
        for (no_color, colorterm, term, depth) in [
            (None, None, None, Depth::Sixteen),
            (None, None, Some("xterm-256color"), Depth::Sixteen),
            (None, Some("truecolor"), Some("xterm-256color"), Depth::True),
            (None, Some("24bit"), None, Depth::True),
            (None, None, Some("xterm-direct"), Depth::True),
            (Some("1"), Some("truecolor"), Some("xterm"), Depth::None),
            (Some(""), Some("truecolor"), Some("xterm"), Depth::True),
            (None, Some("truecolor"), Some("dumb"), Depth::None),
            (None, None, Some("linux-m"), Depth::None),
        ] {
            assert_eq!(
                Depth::of(no_color, colorterm, term),
                depth,
                "{no_color:?} {colorterm:?} {term:?}"
            );
        }
    }

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(color: Color) -> f64 {
        let Color::Rgb(r, g, b) = color else {
            return 0.0;
        };
        let part = |byte: u8| {
            let c = f64::from(byte) / 255.0;
            if c <= 0.039_28 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_true_colour_is_legible_on_dark_and_light() {
        let colors = [
            TRUE.gray,
            TRUE.red,
            TRUE.amber,
            TRUE.green,
            TRUE.teal,
            TRUE.blue,
            TRUE.purple,
            TRUE.pink,
        ];
        for color in colors.into_iter().flatten() {
            for background in [Color::Rgb(255, 255, 255), Color::Rgb(0x1e, 0x1e, 0x1e)] {
                assert!(contrast(color, background) > 3.4, "{color} on {background}");
            }
        }
        let theme = Theme::new(Depth::True);
        for style in [
            theme.selected,
            theme.selected_away,
            theme.badge,
            theme.badge_danger,
        ] {
            let (Some(ink), Some(ground)) = (style.fg, style.bg) else {
                unreachable!("blocks set both")
            };
            assert!(contrast(ink, ground) > 4.5, "{ink} on {ground}");
        }
    }

    #[test]
    fn without_colours_what_matters_can_still_be_told_apart() {
        let theme = Theme::new(Depth::None);
        let shown = format!("{theme:?}");
        for color in [
            ".fg(",
            ".bg(",
            ".on_",
            ".red()",
            ".yellow()",
            ".green()",
            ".cyan()",
            ".blue()",
            ".magenta()",
        ] {
            assert!(!shown.contains(color), "{color} in {shown}");
        }
        assert!(
            format!("{:?}", Theme::new(Depth::Sixteen)).contains(".red()"),
            "colours are found by these names"
        );
        let all = [
            theme.text,
            theme.dim,
            theme.selected,
            theme.selected_away,
            theme.error,
        ];
        for (n, style) in all.iter().enumerate() {
            assert!(!all[..n].contains(style), "{style:?}");
        }
    }

    #[test]
    fn each_known_kind_has_a_colour_of_its_own() {
        let theme = Theme::new(Depth::True);
        let styles: Vec<_> = KINDS
            .iter()
            .chain(&["stream"])
            .map(|kind| theme.kind(kind))
            .collect();
        for (n, style) in styles.iter().enumerate() {
            assert!(!styles[..n].contains(style));
        }
        assert_eq!(theme.kind("ReJSON-RL"), theme.kind("stream"));
    }
}
