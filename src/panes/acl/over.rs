//! What stands over the screen: forms, the editor, the review, proof and card, questions; and what comes of it.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::input::{Chord, Layer};
use crate::model::acl::User;
use crate::model::resp::Cmd;
use crate::model::target::Secret;
use crate::panes::overlay::confirm::{self, Confirm};
use crate::panes::overlay::form;
use crate::panes::{Cx, Effect, Effects, Mood, say};
use crate::server::{Request, Ticket, Topic};
use crate::widgets::theme::Theme;

use super::Acl;
use super::ask::Ask;
use super::card::{self, Card};
use super::denials::{self, Denials};
use super::editor::{self, Editor};
use super::levels::Levels;
use super::new_user::NewUser;
use super::proof::{self, Proof};
use super::reference::{self, Reference};
use super::review::conflict::Conflict;
use super::review::{self, Review};
use super::test::{self, Test};
use super::who::{self, Who};
use super::wish::{Step, Wish};

/// One thing over the screen.
pub enum Over {
    New(NewUser),
    Ask(Ask),
    Editor {
        editor: Box<Editor>,
        /// As it was when the editor was opened.
        before: Box<User>,
    },
    Review {
        review: Box<Review>,
        wish: Box<Wish>,
    },
    Conflict(Box<Conflict>),
    Confirm {
        confirm: Confirm,
        then: Then,
    },
    Proof(Proof),
    /// What is handed over, and the proof behind it where there is one.
    Card {
        card: Card,
        proof: Option<Proof>,
    },
    Test {
        test: Box<Test>,
        asked: Option<Ticket>,
    },
    Who(Who),
    Denials(Denials),
    Reference(Box<Reference>),
}

/// What a yes does.
pub enum Then {
    Wish(Box<Wish>),
    /// A command that changes no user: ACL SAVE, CONFIG REWRITE, ACL LOG RESET.
    Run(Cmd, &'static str),
    /// Leave the editor below.
    Leave,
}

impl Over {
    /// The bindings that work in it, the nearest layer first.
    pub fn layers(&self) -> &'static [Layer] {
        match self {
            Self::New(_) => NewUser::LAYERS,
            Self::Ask(ask) => ask.layers(),
            Self::Editor { editor, .. } => editor.layers(),
            Self::Review { .. } => &[Layer::AclReview],
            Self::Conflict(_) => &[Layer::AclConflict],
            Self::Confirm { confirm, .. } if confirm.layer() == Layer::Stern => &[Layer::Stern],
            Self::Confirm { .. } => &[Layer::Confirm],
            Self::Proof(_) => &[Layer::Report],
            Self::Card { .. } => &[Layer::AclCard],
            Self::Test { .. } => &[Layer::AclTest],
            Self::Who(_) => &[Layer::AclWho],
            Self::Denials(_) => &[Layer::AclDenials],
            Self::Reference(_) => &[Layer::AclReference],
        }
    }

    /// Whether leaving it would lose what was edited.
    pub fn changed(&self) -> bool {
        matches!(self, Self::Editor { editor, .. } if editor.changed())
    }

    pub fn paste(&mut self, text: &str, levels: &Levels) {
        match self {
            Self::New(new) => new.paste(text, levels),
            Self::Ask(ask) => ask.form.paste(text),
            Self::Editor { editor, .. } => editor.paste(text),
            Self::Review { review, .. } => review.paste(text),
            Self::Confirm { confirm, .. } => confirm.paste(text),
            Self::Test { test, .. } => test.paste(text),
            Self::Who(who) => who.paste(text),
            Self::Reference(reference) => reference.paste(text),
            Self::Conflict(_) | Self::Proof(_) | Self::Card { .. } | Self::Denials(_) => {}
        }
    }

    pub fn arrange(&mut self, area: Rect) {
        match self {
            Self::New(_) | Self::Ask(_) => {}
            Self::Editor { editor, .. } => editor.arrange(area),
            Self::Review { review, .. } => review.arrange(area),
            Self::Conflict(conflict) => conflict.arrange(area),
            Self::Confirm { confirm, .. } => confirm.arrange(area),
            Self::Proof(proof) => proof.arrange(area),
            Self::Card { card, .. } => card.arrange(area),
            Self::Test { test, .. } => test.arrange(area),
            Self::Who(who) => who.arrange(area),
            Self::Denials(denials) => denials.arrange(area),
            Self::Reference(reference) => reference.arrange(area),
        }
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        match self {
            Self::New(new) => new.form.draw(area, buf, theme),
            Self::Ask(ask) => ask.form.draw(area, buf, theme),
            Self::Editor { editor, .. } => {
                Clear.render(area.intersection(buf.area), buf);
                editor.draw(area, buf, theme);
            }
            Self::Review { review, .. } => review.draw(area, buf, theme),
            Self::Conflict(conflict) => conflict.draw(area, buf, theme),
            Self::Confirm { confirm, .. } => confirm.draw(area, buf, theme),
            Self::Proof(proof) => proof.draw(area, buf, theme),
            Self::Card { card, .. } => card.draw(area, buf, theme),
            Self::Test { test, .. } => test.draw(area, buf, theme),
            Self::Who(who) => who.draw(area, buf, theme),
            Self::Denials(denials) => denials.draw(area, buf, theme),
            Self::Reference(reference) => reference.draw(area, buf, theme),
        }
    }
}

impl Acl {
    /// A proof that was looked at goes back behind the card it belongs to.
    fn take_proof_back(&mut self, closed: Proof) {
        if let Some(Over::Card { proof, .. }) = self.over.last_mut() {
            *proof = Some(closed);
        }
    }

    /// A chord for the top one. It is taken off while it reacts, and put back unless it is over.
    pub(super) fn press_over(&mut self, over: Over, chord: Chord, cx: &mut Cx) -> Effects {
        match over {
            Over::New(new) => self.press_new(new, chord, cx),
            Over::Ask(ask) => self.press_ask(ask, chord, cx),
            Over::Editor { editor, before } => self.press_editor(editor, before, chord, cx),
            Over::Review { review, wish } => self.press_review(review, wish, chord, cx),
            Over::Conflict(conflict) => self.press_conflict(conflict, chord, cx),
            Over::Confirm { mut confirm, then } => match confirm.press(chord) {
                confirm::Turn::Stay => self.put_back(Over::Confirm { confirm, then }),
                confirm::Turn::No => Vec::new(),
                confirm::Turn::Yes => self.confirmed(then, cx),
            },
            Over::Proof(mut proof) => match proof.press(chord) {
                proof::Turn::Stay => self.put_back(Over::Proof(proof)),
                proof::Turn::Close => {
                    self.take_proof_back(proof);
                    Vec::new()
                }
            },
            Over::Card { mut card, proof } => match card.press(chord) {
                card::Turn::Stay => self.put_back(Over::Card { card, proof }),
                card::Turn::Close => Vec::new(),
                card::Turn::Proof => {
                    self.over.push(Over::Card { card, proof: None });
                    self.over.extend(proof.map(Over::Proof));
                    Vec::new()
                }
                card::Turn::Copy(url) => {
                    self.over.push(Over::Card { card, proof });
                    let said = say(Mood::Good, "the URL is copied, its password with it");
                    vec![Effect::Copy(url), said]
                }
            },
            Over::Test { test, asked } => self.press_test(test, asked, chord, cx),
            Over::Who(mut who) => match who.press(chord) {
                who::Turn::Stay => self.put_back(Over::Who(who)),
                who::Turn::Close => Vec::new(),
                who::Turn::Show(name) => {
                    self.choose(&name);
                    self.prepare();
                    Vec::new()
                }
            },
            Over::Denials(denials) => self.press_denials(denials, chord, cx),
            Over::Reference(mut reference) => match reference.press(chord) {
                reference::Turn::Stay => self.put_back(Over::Reference(reference)),
                reference::Turn::Close => Vec::new(),
            },
        }
    }

    fn put_back(&mut self, over: Over) -> Effects {
        self.over.push(over);
        Vec::new()
    }

    fn press_new(&mut self, mut new: NewUser, chord: Chord, cx: &mut Cx) -> Effects {
        match new.press(chord, &self.levels) {
            form::Turn::Cancel => return Vec::new(),
            form::Turn::Stay | form::Turn::Changed(_) => {}
            form::Turn::Submit => match new.wish(&self.levels, self.facts.catalog()) {
                Ok(wish) if self.facts.user(wish.name()).is_some() => {
                    new.form
                        .set_error(2, "there is a user of this name already");
                }
                Ok(wish) => {
                    self.over.push(Over::New(new));
                    return self.review(wish, cx);
                }
                Err((field, why)) => new.form.set_error(field, why),
            },
        }
        self.put_back(Over::New(new))
    }

    fn press_ask(&mut self, mut ask: Ask, chord: Chord, cx: &mut Cx) -> Effects {
        match ask.press(chord) {
            form::Turn::Cancel => return Vec::new(),
            form::Turn::Stay | form::Turn::Changed(_) => {}
            form::Turn::Submit => match ask.wish(&self.facts) {
                Ok(wish) => {
                    self.over.push(Over::Ask(ask));
                    return self.review(wish, cx);
                }
                Err((field, why)) => ask.form.set_error(field, why),
            },
        }
        self.put_back(Over::Ask(ask))
    }

    fn press_editor(
        &mut self,
        mut editor: Box<Editor>,
        before: Box<User>,
        chord: Chord,
        cx: &mut Cx,
    ) -> Effects {
        match editor.press(chord) {
            editor::Turn::Stay => {}
            editor::Turn::Cancel if !editor.changed() => return Vec::new(),
            editor::Turn::Cancel => {
                self.over.push(Over::Editor { editor, before });
                let question = vec!["Leave the editor? What you changed is lost.".to_owned()];
                let confirm = Confirm::new("Not sent", question, Vec::new(), None);
                let then = Then::Leave;
                return self.put_back(Over::Confirm { confirm, then });
            }
            editor::Turn::Review => match editor.user().cloned() {
                Ok(after) => {
                    let done = format!("{} is changed", after.title());
                    let mut wish = Wish::of(Step::put(Some((*before).clone()), after), done);
                    wish.password = editor.typed().last().cloned();
                    self.over.push(Over::Editor { editor, before });
                    return self.review(wish, cx);
                }
                Err(why) => {
                    self.over.push(Over::Editor { editor, before });
                    return vec![say(Mood::Bad, why)];
                }
            },
        }
        self.put_back(Over::Editor { editor, before })
    }

    fn press_review(
        &mut self,
        mut review: Box<Review>,
        wish: Box<Wish>,
        chord: Chord,
        cx: &mut Cx,
    ) -> Effects {
        match review.press(chord) {
            review::Turn::Back => Vec::new(),
            review::Turn::Stay => self.put_back(Over::Review { review, wish }),
            review::Turn::Copy(command) => {
                self.over.push(Over::Review { review, wish });
                let said = say(Mood::Good, "the command is copied, secrets masked");
                vec![Effect::Copy(Secret::new(command)), said]
            }
            review::Turn::Apply => {
                let begun = (*wish).clone();
                self.over.push(Over::Review { review, wish });
                self.begin(begun, cx)
            }
        }
    }

    fn confirmed(&mut self, then: Then, cx: &mut Cx) -> Effects {
        match then {
            Then::Wish(wish) => self.begin(*wish, cx),
            Then::Run(cmd, done) => self.run(cmd, done, cx),
            Then::Leave => {
                self.over.pop();
                Vec::new()
            }
        }
    }

    fn press_test(
        &mut self,
        mut test: Box<Test>,
        asked: Option<Ticket>,
        chord: Chord,
        cx: &mut Cx,
    ) -> Effects {
        match test.press(chord) {
            test::Turn::Close => Vec::new(),
            test::Turn::Stay => self.put_back(Over::Test { test, asked }),
            test::Turn::Ask(cmd) => {
                let (topic, cmds) = (Topic::Trial, vec![cmd]);
                let (ticket, effect) = cx.ask(Request::Read { topic, cmds });
                let asked = Some(ticket);
                self.over.push(Over::Test { test, asked });
                vec![effect]
            }
            test::Turn::Grant(rules) => {
                let name = self.chosen().map(|user| user.name.clone());
                self.over.push(Over::Test { test, asked });
                self.grant(&name.unwrap_or_default(), &rules, cx)
            }
        }
    }

    fn press_denials(&mut self, mut denials: Denials, chord: Chord, cx: &mut Cx) -> Effects {
        let turn = denials.press(chord);
        if turn == denials::Turn::Close {
            self.again = None;
            return Vec::new();
        }
        self.over.push(Over::Denials(denials));
        match turn {
            denials::Turn::Stay | denials::Turn::Close => Vec::new(),
            denials::Turn::Grant(wanted) => {
                let catalog = self.facts.catalog();
                let user = self.facts.user(&wanted.user);
                let rules = user.map(|user| wanted.rules(user, catalog));
                let lacks = user.and_then(|user| wanted.lacks(user, catalog));
                let mut effects = self.grant(&wanted.user, &rules.unwrap_or_default(), cx);
                effects.extend(lacks.map(|words| say(Mood::Plain, words)));
                effects
            }
            denials::Turn::Clear => self.ask_to_clear(cx),
        }
    }
}
