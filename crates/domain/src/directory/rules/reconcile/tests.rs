use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn record(object: u128, name: &str) -> PersonRecord {
    PersonRecord {
        object: Uuid::from_u128(object).into(),
        display_name: name.to_owned(),
        given_name: None,
        surname: None,
        mail: Some(format!("{object}@example.dk")),
        username: format!("{object}@example.dk"),
        title: None,
        department: None,
        office_location: None,
        mobile_phone: None,
        enabled: true,
        guest: false,
        resource_account: false,
        usage_location: None,
        preferred_language: None,
        skus: Vec::new(),
        plans: Vec::new(),
    }
}

fn present(record: &PersonRecord) -> Change {
    Change::Present(Box::new(record.clone()))
}

fn known(record: &PersonRecord, state: PersonState) -> HashMap<ObjectId, Known> {
    let known = Known {
        id: PersonId(Uuid::from_u128(99)),
        fingerprint: fingerprint(record),
        state,
        listed: !record.guest && !record.resource_account,
    };
    HashMap::from([(record.object, known)])
}

fn tally(arrived: i64, changed: i64, departed: i64) -> Tally {
    Tally {
        arrived,
        changed,
        departed,
    }
}

#[test]
fn each_change_means_what_it_says() {
    use PersonState::*;
    let anna = record(1, "Anna");
    let married = PersonRecord {
        display_name: "Anna Holm".into(),
        ..anna.clone()
    };
    let disabled = PersonRecord {
        enabled: false,
        ..anna.clone()
    };
    let guest = PersonRecord {
        guest: true,
        ..anna.clone()
    };
    let gone = Change::Absent {
        object: anna.object,
        restorable: true,
    };
    let nobody = HashMap::new;
    let accounts = |turn: &Turn| (turn.enabled.len(), turn.disabled.len());
    // What the mirror has, what it is told, what that comes to, accounts that come back and go.
    type Case = (
        &'static str,
        HashMap<ObjectId, Known>,
        Vec<Change>,
        Tally,
        (usize, usize),
    );
    let cases: Vec<Case> = vec![
        (
            "arrives",
            nobody(),
            vec![present(&anna)],
            tally(1, 0, 0),
            (0, 0),
        ),
        (
            "arrives disabled",
            nobody(),
            vec![present(&disabled)],
            tally(1, 0, 0),
            (0, 1),
        ),
        (
            "a guest arrives",
            nobody(),
            vec![present(&guest)],
            tally(0, 0, 0),
            (0, 0),
        ),
        (
            "is as before",
            known(&anna, Active),
            vec![present(&anna)],
            tally(0, 0, 0),
            (0, 0),
        ),
        (
            "has a new name",
            known(&anna, Active),
            vec![present(&married)],
            tally(0, 1, 0),
            (0, 0),
        ),
        (
            "is disabled",
            known(&anna, Active),
            vec![present(&disabled)],
            tally(0, 1, 0),
            (0, 1),
        ),
        (
            "is enabled",
            known(&disabled, Disabled),
            vec![present(&anna)],
            tally(0, 1, 0),
            (1, 0),
        ),
        (
            "is deleted",
            known(&anna, Active),
            vec![gone.clone()],
            tally(0, 0, 1),
            (0, 1),
        ),
        (
            "is deleted once more",
            known(&anna, Deleted),
            vec![gone.clone()],
            tally(0, 0, 0),
            (0, 0),
        ),
        (
            "is restored as they were",
            known(&anna, Deleted),
            vec![present(&anna)],
            tally(1, 0, 0),
            (1, 0),
        ),
        (
            "is restored disabled",
            known(&disabled, Deleted),
            vec![present(&disabled)],
            tally(1, 0, 0),
            (0, 1),
        ),
        (
            "becomes a guest",
            known(&anna, Active),
            vec![present(&guest)],
            tally(0, 1, 0),
            (0, 0),
        ),
        (
            "an unknown one is deleted",
            nobody(),
            vec![gone.clone()],
            tally(0, 0, 0),
            (0, 1),
        ),
        (
            "the last word counts",
            known(&anna, Active),
            vec![present(&disabled), gone, present(&anna)],
            tally(0, 0, 0),
            (0, 0),
        ),
    ];
    for (name, known, changes, tally, moved) in cases {
        let turn = reconcile(changes, &known);
        assert_eq!(turn.tally, tally, "{name}");
        assert_eq!(accounts(&turn), moved, "{name}");
    }
}

#[test]
fn the_order_of_plans_and_products_is_no_change() {
    let plan = |id: u128, effective| PlanRecord {
        plan: Uuid::from_u128(id),
        effective,
    };
    let teams = 0x57ff_2da0_773e_42df_b2af_ffb7_a231_7929;
    let phone = 0x4828_c8ec_dc2e_4779_b502_87ac_9ce2_8ab7;
    let with = |plans: Vec<PlanRecord>, skus: &[u128]| PersonRecord {
        plans,
        skus: skus.iter().copied().map(Uuid::from_u128).collect(),
        ..record(1, "Anna")
    };
    let one = with(
        vec![plan(teams, true), plan(phone, true), plan(7, true)],
        &[1, 2],
    );
    let other = with(
        vec![plan(phone, true), plan(teams, true), plan(teams, true)],
        &[2, 1, 1],
    );
    assert_eq!(fingerprint(&one), fingerprint(&other));
    let without = with(vec![plan(phone, false), plan(teams, true)], &[1, 2]);
    assert_ne!(fingerprint(&one), fingerprint(&without));
    let turn = reconcile(vec![present(&one)], &HashMap::new());
    assert_eq!(turn.arrived[0].plans, "TEAMS1 MCOEV");
}

#[test]
fn what_cannot_be_shown_or_stored_is_left_out() {
    let odd = PersonRecord {
        display_name: " \u{0}\u{7} ".into(),
        given_name: Some("  Ann\u{0}a ".into()),
        title: Some("x".repeat(10_000)),
        username: "anna@example.dk".into(),
        ..record(1, "")
    };
    let turn = reconcile(vec![present(&odd)], &HashMap::new());
    let entry = &turn.arrived[0];
    assert_eq!(entry.display_name, "anna@example.dk");
    assert_eq!(entry.first_name.as_deref(), Some("Anna"));
    assert_eq!(entry.title.as_ref().map(String::len), Some(LONGEST));
    assert!(!entry.keys.haystack.contains('\0'));
}

#[test]
fn a_person_is_found_by_every_word_of_theirs() {
    let person = PersonRecord {
        given_name: Some("Søren".into()),
        surname: Some("Ågård".into()),
        department: Some("Økonomi".into()),
        ..record(1, "Søren Ågård")
    };
    let turn = reconcile(vec![present(&person)], &HashMap::new());
    assert_eq!(
        turn.arrived[0].keys.haystack,
        "soeren aagaard\n1@example.dk\noekonomi"
    );
    assert_eq!(turn.arrived[0].keys.name, "s|ren }g}rd");
}

#[test]
fn a_full_round_is_believed_as_far_as_it_can_be() {
    let cases = [
        ("everybody seen", 100, 0, None, Sweep::Nobody),
        (
            "everybody seen after a doubt",
            100,
            0,
            Some(4),
            Sweep::Nobody,
        ),
        ("one in five", 100, 20, None, Sweep::Before(7)),
        ("more than one in five", 100, 21, None, Sweep::Doubt),
        ("as many again", 100, 21, Some(6), Sweep::Before(6)),
        ("the doubt is cleared", 100, 3, Some(6), Sweep::Before(7)),
        ("nobody seen", 100, 100, None, Sweep::Empty),
        ("nobody seen twice", 100, 100, Some(6), Sweep::Empty),
        ("nobody there at all", 0, 0, None, Sweep::Nobody),
        ("the last one gone", 1, 1, None, Sweep::Empty),
    ];
    for (name, present, missing, doubted, expected) in cases {
        assert_eq!(sweep(7, present, missing, doubted), expected, "{name}");
    }
}

/// The mirror without a database.
#[derive(Default)]
struct Mirror {
    people: HashMap<ObjectId, (Known, String, i64)>,
    round: i64,
    doubted: Option<i64>,
    next: u128,
}

impl Mirror {
    fn page(&mut self, changes: Vec<Change>) {
        let known = self
            .people
            .iter()
            .map(|(object, (known, ..))| (*object, *known))
            .collect();
        let turn = reconcile(changes, &known);
        for entry in turn.arrived {
            self.next += 1;
            self.put(PersonId(Uuid::from_u128(self.next)), entry);
        }
        for (id, entry) in turn.changed {
            self.put(id, entry);
        }
        for (known, _, round) in self.people.values_mut() {
            if turn.departed.contains(&known.id) {
                known.state = PersonState::Deleted;
            }
            if turn.seen.contains(&known.id) {
                *round = self.round;
            }
        }
    }

    fn put(&mut self, id: PersonId, entry: Entry) {
        let known = Known {
            id,
            fingerprint: entry.fingerprint,
            state: entry.state,
            listed: entry.listed,
        };
        self.people
            .insert(entry.object, (known, entry.display_name, self.round));
    }

    fn end_full_round(&mut self) {
        let there = |known: &Known| known.state != PersonState::Deleted;
        let present = self
            .people
            .values()
            .filter(|(known, ..)| there(known))
            .count() as i64;
        let missing = self
            .people
            .values()
            .filter(|(known, _, round)| there(known) && *round < self.round)
            .count() as i64;
        match sweep(self.round, present, missing, self.doubted) {
            Sweep::Nobody => self.doubted = None,
            Sweep::Before(before) => {
                self.doubted = None;
                for (known, _, round) in self.people.values_mut() {
                    if *round < before {
                        known.state = PersonState::Deleted;
                    }
                }
            }
            Sweep::Doubt => self.doubted = Some(self.round),
            Sweep::Empty => {}
        }
    }

    /// Object to name and whether enabled, of those that are not deleted.
    fn view(&self) -> BTreeMap<ObjectId, (String, bool)> {
        self.people
            .iter()
            .filter(|(_, (known, ..))| known.state != PersonState::Deleted)
            .map(|(object, (known, name, _))| {
                (*object, (name.clone(), known.state == PersonState::Active))
            })
            .collect()
    }
}

#[derive(Clone, Debug)]
enum Event {
    /// Create, change or restore.
    Put {
        who: u8,
        name: u8,
        enabled: bool,
    },
    Delete {
        who: u8,
    },
    /// The mirror reads what changed, each page that many times, in an order that the seed shuffles; with `lost` the first
    /// page gets lost.
    Read {
        size: usize,
        times: usize,
        seed: u64,
        lost: bool,
    },
    /// The cursor has expired: everybody is listed.
    StartOver {
        size: usize,
    },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        6 => (0..24_u8, any::<u8>(), any::<bool>()).prop_map(|(who, name, enabled)| Event::Put { who, name, enabled }),
        2 => (0..24_u8).prop_map(|who| Event::Delete { who }),
        3 => (1..6_usize, 1..3_usize, any::<u64>(), prop::bool::weighted(0.2))
            .prop_map(|(size, times, seed, lost)| Event::Read { size, times, seed, lost }),
        1 => (1..6_usize).prop_map(|size| Event::StartOver { size }),
    ];
    prop::collection::vec(event, 1..120)
}

#[derive(Default)]
struct Directory {
    people: BTreeMap<ObjectId, PersonRecord>,
    /// Whose present self the mirror has not been told.
    touched: Vec<ObjectId>,
}

impl Directory {
    fn change(&self, object: ObjectId) -> Change {
        match self.people.get(&object) {
            Some(record) => present(record),
            None => Change::Absent {
                object,
                restorable: true,
            },
        }
    }

    fn view(&self) -> BTreeMap<ObjectId, (String, bool)> {
        self.people
            .iter()
            .map(|(object, record)| (*object, (record.display_name.clone(), record.enabled)))
            .collect()
    }
}

fn full_round(directory: &mut Directory, mirror: &mut Mirror, size: usize) {
    mirror.round += 1;
    directory.touched.clear();
    let everybody: Vec<_> = directory.people.values().map(present).collect();
    for page in everybody.chunks(size) {
        mirror.page(page.to_vec());
    }
    mirror.end_full_round();
}

proptest! {
    /// Whatever happened, in whichever order it was told, how often, and with pages lost: once everybody has been listed
    /// often enough to be believed the mirror is the directory, and after loss-free reading it is so without that.
    #[test]
    fn the_mirror_becomes_the_directory(events in events()) {
        let (mut directory, mut mirror) = (Directory::default(), Mirror::default());
        let mut complete = true;
        for event in events {
            match event {
                Event::Put { who, name, enabled } => {
                    let object: ObjectId = Uuid::from_u128(u128::from(who)).into();
                    let record = PersonRecord { enabled, ..record(u128::from(who), &format!("Name {name}")) };
                    directory.people.insert(object, record);
                    directory.touched.push(object);
                }
                Event::Delete { who } => {
                    let object: ObjectId = Uuid::from_u128(u128::from(who)).into();
                    if directory.people.remove(&object).is_some() {
                        directory.touched.push(object);
                    }
                }
                Event::Read { size, times, seed, lost } => {
                    let mut touched = std::mem::take(&mut directory.touched);
                    // A permutation is enough of a shuffle.
                    touched.sort_by_key(|object| (object.0.as_u128() as u64 ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                    let pages: Vec<_> = touched.chunks(size).collect();
                    let skipped = usize::from(lost && !pages.is_empty());
                    complete &= skipped == 0;
                    for page in &pages[skipped..] {
                        for _ in 0..times {
                            mirror.page(page.iter().map(|object| directory.change(*object)).collect());
                        }
                    }
                    if complete {
                        prop_assert_eq!(mirror.view(), directory.view());
                    }
                }
                Event::StartOver { size } => {
                    full_round(&mut directory, &mut mirror, size);
                    // What a full round does not believe stays open until the next one.
                    complete = mirror.view() == directory.view();
                }
            }
        }
        // Nobody left at all is not believed; somebody is.
        let object: ObjectId = Uuid::from_u128(500).into();
        directory.people.insert(object, record(500, "Somebody"));
        full_round(&mut directory, &mut mirror, 3);
        full_round(&mut directory, &mut mirror, 3);
        full_round(&mut directory, &mut mirror, 3);
        prop_assert_eq!(mirror.view(), directory.view());
    }
}
