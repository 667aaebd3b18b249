//! Where bindings apply, and the order in which help shows them.

/// Where a binding applies. A pane names its layers, the nearest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Layer {
    /// Everywhere but in forms, editors and questions.
    Everywhere,
    /// The Keys screen, whichever pane has the focus.
    Keys,
    Tree,
    Value,
    /// The users and what they may do.
    Acl,
    Log,
    Connect,
    Form,
    /// A form with a password that may be looked at.
    Secret,
    Editor,
    Confirm,
    /// A question that wants a word typed.
    Stern,
    /// Something under way that can be stopped.
    Progress,
    /// Something to be read.
    Report,
    /// One element of a collection, whole.
    Reading,
    Conflict,
    Copy,
    /// A list that is searched by typing: help and palette.
    Finder,
    /// A one-line filter that narrows as one types.
    Narrow,
    /// What is about to be sent to change a user.
    AclReview,
    /// A change of a user that met another one.
    AclConflict,
    /// What is handed to the person a user is for.
    AclCard,
    /// What a user may do.
    AclTest,
    /// Who may touch a key.
    AclWho,
    /// What was refused.
    AclDenials,
    /// The words of the ACL language.
    AclReference,
    /// The editor of a user, whichever part has the focus.
    AclEditor,
    AclState,
    AclPasswords,
    AclKeys,
    AclChannels,
    AclSelectors,
    AclGrid,
    /// The commands inside of a category.
    AclCategory,
    AclCommands,
    /// Searching commands by typing.
    AclSearch,
    /// A pattern, password or selector that is being typed.
    AclEntry,
    /// The rule line as text.
    AclLine,
}

impl Layer {
    /// The heading in help and README.
    pub fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Keys => "Keys: tree and value",
            Self::Tree => "Keys: the tree",
            Self::Value => "Keys: the value",
            Self::Acl => "ACL",
            Self::Log => "Log",
            Self::Connect => "Connect",
            Self::Form => "In a form",
            Self::Secret => "In a form with a password",
            Self::Editor => "In the editor",
            Self::Confirm => "At a question",
            Self::Stern => "At a question that wants a word",
            Self::Progress => "While counting or deleting",
            Self::Report => "At a report",
            Self::Reading => "At a whole element",
            Self::Conflict => "At a conflict",
            Self::Copy => "After y",
            Self::Finder => "In help and palette",
            Self::Narrow => "In a filter",
            Self::AclReview => "ACL: the review of a change",
            Self::AclConflict => "ACL: at a conflict",
            Self::AclCard => "ACL: the hand-over card",
            Self::AclTest => "ACL: what a user may do",
            Self::AclWho => "ACL: who may touch a key",
            Self::AclDenials => "ACL: denials",
            Self::AclReference => "ACL: the reference",
            Self::AclEditor => "Editing a user",
            Self::AclState => "Editing a user: on or off",
            Self::AclPasswords => "Editing a user: passwords",
            Self::AclKeys => "Editing a user: keys",
            Self::AclChannels => "Editing a user: channels",
            Self::AclSelectors => "Editing a user: selectors",
            Self::AclGrid => "Editing a user: categories",
            Self::AclCategory => "Editing a user: inside a category",
            Self::AclCommands => "Editing a user: single commands",
            Self::AclSearch => "Editing a user: searching commands",
            Self::AclEntry => "Editing a user: typing an entry",
            Self::AclLine => "Editing a user: the rule line",
        }
    }

    /// All layers, in the order in which help shows them.
    pub const ALL: &[Self] = &[
        Self::Everywhere,
        Self::Keys,
        Self::Tree,
        Self::Value,
        Self::Acl,
        Self::Copy,
        Self::Log,
        Self::Connect,
        Self::Form,
        Self::Secret,
        Self::Editor,
        Self::Confirm,
        Self::Stern,
        Self::Progress,
        Self::Report,
        Self::Reading,
        Self::Conflict,
        Self::Finder,
        Self::Narrow,
        Self::AclReview,
        Self::AclConflict,
        Self::AclCard,
        Self::AclTest,
        Self::AclWho,
        Self::AclDenials,
        Self::AclReference,
        Self::AclEditor,
        Self::AclState,
        Self::AclPasswords,
        Self::AclKeys,
        Self::AclChannels,
        Self::AclSelectors,
        Self::AclGrid,
        Self::AclCategory,
        Self::AclCommands,
        Self::AclSearch,
        Self::AclEntry,
        Self::AclLine,
    ];
}
