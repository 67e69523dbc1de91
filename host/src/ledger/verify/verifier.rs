use rayon::prelude::*;

use crate::ledger::{
    block::Block,
    canonical::CanonicalError,
    checkpoint,
    hash::Hash,
    keys::PublicKey,
    tree::Frontier,
    trust::{self, Trust, TrustError},
};

use super::{
    entry::{Entry, Looked},
    fault::{Fault, FaultKind, Faults},
    heads::{End, Heads, LastHead, OutsideHead},
    order::{Order, Place},
    report::Report,
    signers::Signers,
};

/// Entries that one thread looks at together.
const AT_ONCE: usize = 64;

/// A verification under way.
pub struct Verifier {
    pinned: Vec<PublicKey>,
    heads: Heads,
    faults: Faults,
    order: Order,
    before: Option<Before>,
    tree: Frontier,
    /// From this block on, stored hashes may not be those that were sealed, so the tree may differ.
    in_doubt: Option<u64>,
    trust: Trust,
    origin: String,
    signed_by_pinned: bool,
    signers: Signers,
    /// Waits for its successor's number.
    held: Option<Looked>,
    checked: u64,
}

/// The predecessor, as far as its successor must fit it.
struct Before {
    hash: Hash,
    time: i64,
    sound: bool,
}

impl Verifier {
    /// A verification that takes the word of `pinned` keys alone, if there are some, and compares with copies of
    /// the head that were kept elsewhere.
    pub fn new(pinned: Vec<PublicKey>, heads: Vec<OutsideHead>) -> Self {
        Self {
            pinned,
            heads: Heads::new(heads),
            faults: Faults::default(),
            order: Order::default(),
            before: Some(Before { hash: Hash::ZERO, time: i64::MIN, sound: true }),
            tree: Frontier::default(),
            in_doubt: None,
            trust: Trust::default(),
            origin: String::new(),
            signed_by_pinned: false,
            signers: Signers::default(),
            held: None,
            checked: 0,
        }
    }

    /// Takes the next entries, in the order in which they are kept. Uses all threads; some thousand entries at
    /// once are best.
    pub fn feed(&mut self, entries: Vec<Entry>) {
        let looked: Vec<Looked> = entries.into_par_iter().with_min_len(AT_ONCE).map(Looked::at).collect();
        for next in looked {
            let following = next.entry.number();
            if let Some(looked) = self.held.replace(next) {
                self.place(looked, Some(following));
            }
        }
        self.check_signatures();
    }

    /// Adds what was found wrong around the blocks.
    pub(in crate::ledger) fn blame(&mut self, kind: FaultKind, message: &str) {
        self.faults.push(Fault::of_chain(kind, message));
    }

    /// Which ledger this is, when all entries were taken.
    pub(in crate::ledger) fn origin(&mut self) -> &str {
        self.settle();
        &self.origin
    }

    /// The last head, as kept with the blocks, and all that was found.
    pub fn finish(mut self, head: &LastHead) -> Report {
        self.settle();
        let end = End {
            blocks: self.order.next(),
            last: self.before.as_ref().map(|last| last.hash),
            tree: &self.tree,
            in_doubt: self.in_doubt,
            trust: &self.trust,
            origin: &self.origin,
            pinned: &self.pinned,
        };
        let signed_by_pinned = self.signed_by_pinned | self.heads.finish(head, &end, &mut self.faults);
        if !signed_by_pinned && !self.pinned.is_empty() {
            let message = "no pinned key signed the first block or the head: this is another ledger, or all of it \
                           was made anew";
            self.faults.push(Fault::of_chain(FaultKind::NotPinned, message));
        }
        let root = self.in_doubt.is_none().then(|| self.tree.root());
        Report::new(self.order.next(), self.checked, root, signed_by_pinned, self.faults)
    }

    /// No entry follows the held one.
    fn settle(&mut self) {
        if let Some(looked) = self.held.take() {
            self.place(looked, None);
        }
        self.check_signatures();
    }

    fn place(&mut self, looked: Looked, following: Option<u64>) {
        let number = looked.entry.number();
        match self.order.place(number, following) {
            Place::Right => {
                let before = self.before.take();
                self.take(looked, before);
            }
            Place::AfterGap(due) => {
                let message = "not there; what was said in them is lost";
                self.faults.push(Fault::over(FaultKind::Missing, due, number - 1, message));
                self.doubt(due);
                self.take(looked, None);
            }
            Place::InsteadOf(due) => {
                if let Entry::Block(block) = &looked.entry {
                    self.check_content(block, looked.hash_holds, looked.payload);
                }
                self.faults.push(Fault::at(
                    FaultKind::Misplaced,
                    number,
                    format!("stands where block {due} should"),
                ));
                self.doubt(due.min(number));
                self.before = None;
            }
            Place::Extra(due) => {
                let message = format!("stands before block {due}, where it does not belong");
                self.faults.push(Fault::at(FaultKind::Repeated, number, message));
            }
        }
    }

    /// An entry in its place, after its predecessor if that is known.
    fn take(&mut self, looked: Looked, before: Option<Before>) {
        let Looked { entry, hash_holds, payload } = looked;
        let (hash, time, sound) = match entry {
            Entry::Unreadable { number, reason } => {
                self.faults.push(Fault::at(
                    FaultKind::Unreadable,
                    number,
                    format!("cannot be read: {reason}"),
                ));
                self.doubt(number);
                return;
            }
            Entry::Hash { hash, .. } => (hash, i64::MIN, true),
            Entry::Block(block) => {
                self.checked += 1;
                let after = if hash_holds { before.filter(|before| before.sound) } else { None };
                self.check_content(&block, hash_holds, payload);
                self.check_link(&block, after.as_ref());
                self.check_trust(&block, hash_holds);
                (block.hash, block.time, hash_holds)
            }
        };
        self.before = Some(Before { hash, time, sound });
        self.tree.append(hash);
        self.heads.pass(self.order.next(), &self.tree, &self.trust, &self.pinned);
    }

    fn check_content(&mut self, block: &Block, hash_holds: bool, payload: Result<(), CanonicalError>) {
        if !hash_holds {
            let message = "its hash is not that of what is stored: number, time, kind, key, previous hash, payload \
                           or the hash itself was changed";
            self.faults.push(Fault::at(FaultKind::Hash, block.number, message));
        } else if let Err(error) = payload {
            self.faults.push(Fault::at(FaultKind::Payload, block.number, format!("its payload: {error}")));
        }
    }

    fn check_link(&mut self, block: &Block, before: Option<&Before>) {
        let Some(before) = before else { return };
        if block.previous != before.hash {
            let message = "its previous hash is not the hash of the block before it";
            self.faults.push(Fault::at(FaultKind::Link, block.number, message));
        }
        if block.time < before.time {
            self.faults.push(Fault::at(
                FaultKind::Time,
                block.number,
                "it is older than the block before it",
            ));
        }
    }

    fn check_trust(&mut self, block: &Block, hash_holds: bool) {
        if block.number == 0 {
            return self.begin(block, hash_holds);
        }
        if trust::is_about_keys(&block.kind) {
            return self.change_keys(block, hash_holds);
        }
        if let Some(key) = self.trust.known(&block.key).copied() {
            self.signers.later(block, &key);
        }
        if hash_holds && let Err(error) = self.trust.apply(block, &self.origin) {
            self.refuse_keys(block, &error);
        }
    }

    /// The first block's signature shows which key it began with, even if its payload was edited since.
    fn begin(&mut self, block: &Block, hash_holds: bool) {
        self.origin = checkpoint::origin(&block.hash);
        let pinned = self.pinned.iter().find(|key| key.id() == block.key).copied();
        let key = match (trust::first_key(block), pinned) {
            (Ok(key), _) => key,
            (Err(_), Some(key)) if !hash_holds => key,
            (Err(error), _) => return self.refuse_keys(block, &error),
        };
        if !block.is_signed_by(&key) {
            return self.refuse_signature(block.number);
        }
        self.signed_by_pinned = pinned.is_some();
        self.trust = Trust::of(key);
    }

    /// Keys change only by blocks that are whole: these are rare, so their signatures are checked at once.
    fn change_keys(&mut self, block: &Block, hash_holds: bool) {
        let signed = self.trust.known(&block.key).map(|key| block.is_signed_by(key));
        if signed == Some(false) {
            return self.refuse_signature(block.number);
        }
        if hash_holds && let Err(error) = self.trust.apply(block, &self.origin) {
            self.refuse_keys(block, &error);
        }
    }

    fn refuse_keys(&mut self, block: &Block, error: &TrustError) {
        self.doubt(block.number);
        match error {
            TrustError::Untrusted(key) => self.faults.untrusted(*key, block.number),
            _ => self.faults.push(Fault::at(FaultKind::Keys, block.number, error.to_string())),
        }
    }

    fn refuse_signature(&mut self, number: u64) {
        self.doubt(number);
        let message = "the key it names did not sign its hash";
        self.faults.push(Fault::at(FaultKind::Signature, number, message));
    }

    fn check_signatures(&mut self) {
        self.signers.check().into_iter().for_each(|number| self.refuse_signature(number));
    }

    fn doubt(&mut self, number: u64) {
        self.in_doubt = Some(self.in_doubt.map_or(number, |before| before.min(number)));
    }
}
