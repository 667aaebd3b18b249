//! Bytes that harm a terminal or hide in it, and names made of them.

/// Each of these does something on a terminal that shows it raw, or nothing that can be seen.
pub fn harm() -> Vec<Vec<u8>> {
    let controls = (0..=0x1f).chain([0x7f]).map(|byte| vec![byte]);
    let c1 = (0x80..=0x9f).map(|code| char::from(code).to_string().into_bytes());
    let raw = [0x80, 0x90, 0x9b, 0x9d, 0xc3, 0xfe, 0xff].map(|byte| vec![byte]);
    let sequences = [
        "\x1b]52;c;c3RvbGVu\x07",
        "\x1b]52;p;c3RvbGVu\x1b\\",
        "\x1b]0;title\x07",
        "\x1b]2;title\x1b\\",
        "\x1b]8;;elsewhere\x1b\\",
        "\x1bP1$tx\x1b\\",
        "\x1bP+q544e\x1b\\",
        "\x1b_apc\x1b\\",
        "\x1b^pm\x1b\\",
        "\x1bXsos\x1b\\",
        "\x1b[?1047l",
        "\x1b[6n",
        "\x1b[c",
        "\x1b[5i",
        "\x1b[8;1;1t",
        "\x1bc",
        "\x1b#8",
        "\x1b(0",
        "\u{9b}2J\u{9d}52;c;eA\u{9c}",
    ];
    let hidden = "\u{a0}\u{ad}\u{34f}\u{61c}\u{115f}\u{1680}\u{180e}\u{2000}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\
                  \u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\u{2064}\u{2066}\u{2067}\u{2068}\
                  \u{2069}\u{206f}\u{3000}\u{3164}\u{fe0e}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{e0001}\u{e0041}\u{e01ef}\
                  \u{f0000}\u{10ffff}";
    let hidden = hidden.chars().map(|c| c.to_string().into_bytes());
    let odd = [
        &b"\xc0\xaf"[..],
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
    ];
    controls
        .chain(c1)
        .chain(raw)
        .chain(sequences.map(|text| text.as_bytes().to_vec()))
        .chain(hidden)
        .chain(odd.map(<[u8]>::to_vec))
        .chain(["e".to_owned() + &"\u{301}".repeat(40)].map(String::into_bytes))
        .collect()
}

/// Everything at once, for places where one name must do.
pub fn everything() -> Vec<u8> {
    harm().concat()
}

/// The same where the server takes neither spaces nor NUL: users, patterns.
pub fn everything_but_spaces() -> Vec<u8> {
    let mut all = everything();
    all.retain(|byte| !matches!(byte, 0 | b'\t'..=b'\r' | b' '));
    all
}
