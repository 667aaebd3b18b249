//! The parts of the editor, in the order in which Tab walks them.
use crate::input::Layer;
use crate::model::acl::{Dialect, Feature};

/// One part; it has the focus or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    State,
    Passwords,
    Keys,
    Channels,
    Selectors,
    Categories,
    Commands,
    Line,
}

impl Part {
    pub const ALL: [Self; 8] = [
        Self::State,
        Self::Passwords,
        Self::Keys,
        Self::Channels,
        Self::Selectors,
        Self::Categories,
        Self::Commands,
        Self::Line,
    ];

    /// The parts that mean something to this server.
    pub fn offered(dialect: Dialect) -> Vec<Self> {
        let known = |part: &Self| match part {
            Self::Channels => dialect.has(Feature::Channels),
            Self::Selectors => dialect.has(Feature::Selectors),
            _ => true,
        };
        Self::ALL.into_iter().filter(known).collect()
    }

    /// Its place in [`Self::ALL`].
    pub fn place(self) -> usize {
        self as usize
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::State => "user",
            Self::Passwords => "passwords",
            Self::Keys => "keys",
            Self::Channels => "channels",
            Self::Selectors => "selectors",
            Self::Categories => "categories",
            Self::Commands => "single commands",
            Self::Line => "rule line",
        }
    }

    /// What stands where the part is empty.
    pub fn empty(self) -> &'static str {
        match self {
            Self::Passwords => "none: nobody can log in",
            Self::Keys => "none: only commands without keys",
            Self::Channels => "none: no publishing, no subscribing",
            Self::Selectors => "none",
            Self::Categories => "this server tells no categories",
            Self::Commands => "none; / finds any command",
            Self::State | Self::Line => "",
        }
    }

    /// The bindings that apply while the part has the focus and nothing is being typed, the nearest layer first.
    pub fn layers(self) -> &'static [Layer] {
        match self {
            Self::State => &[Layer::AclState, Layer::AclEditor],
            Self::Passwords => &[Layer::AclPasswords, Layer::AclEditor],
            Self::Keys => &[Layer::AclKeys, Layer::AclEditor],
            Self::Channels => &[Layer::AclChannels, Layer::AclEditor],
            Self::Selectors => &[Layer::AclSelectors, Layer::AclEditor],
            Self::Categories => &[Layer::AclGrid, Layer::AclEditor],
            Self::Commands => &[Layer::AclCommands, Layer::AclEditor],
            Self::Line => &[Layer::AclLine],
        }
    }
}
