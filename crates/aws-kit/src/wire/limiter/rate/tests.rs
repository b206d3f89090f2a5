use super::{Duration, Figures, HOLD, Instant, LEAST, Rate};

const FIGURES: Figures = Figures { capacity: 10.0, refill: 5.0, is_ceiling: false };
const SECOND: Duration = Duration::from_secs(1);

/// Returns how many tokens can be taken at once.
fn taken(rate: &mut Rate, now: Instant) -> usize {
    (0..1000).take_while(|_| rate.take(now).is_ok()).count()
}

/// Takes and sends as fast as the bucket gives for so long, and is never refused; returns how many calls that were.
fn unrefused(rate: &mut Rate, now: &mut Instant, time: Duration) -> usize {
    let end = *now + time;
    let mut calls = 0;
    while *now < end {
        match rate.take(*now) {
            Ok(()) => {
                calls += 1;
                let stamp = rate.stamp();
                rate.answered(stamp, *now);
            }
            Err(wait) => *now += wait,
        }
    }
    calls
}

/// Sends a call that is refused.
fn refuse(rate: &mut Rate, now: Instant) -> bool {
    let stamp = rate.stamp();
    rate.refused(stamp, now)
}

#[test]
fn a_burst_is_what_the_bucket_holds_and_then_it_fills() {
    let start = Instant::now();
    let mut rate = Rate::new(FIGURES, start);
    assert_eq!(taken(&mut rate, start), 10);
    let wait = rate.take(start).expect_err("it is empty");
    assert!((199..=201).contains(&wait.as_millis()), "{wait:?}");
    assert_eq!(taken(&mut rate, start + SECOND), 5);
    assert_eq!(taken(&mut rate, start + SECOND * 100), 10, "it does not overflow");
    assert_eq!(taken(&mut rate, start), 0, "clocks may not go back");
}

#[test]
fn where_nothing_is_refused_the_rate_soon_does_not_matter() {
    let mut now = Instant::now();
    let mut rate = Rate::new(FIGURES, now);
    let calls = unrefused(&mut rate, &mut now, SECOND * 2);
    assert!(calls > 150, "{calls} in two seconds");
    // What is not needed is not tried.
    let start = Instant::now();
    let mut rate = Rate::new(FIGURES, start);
    for second in 0..100 {
        let now = start + SECOND * second;
        rate.take(now).expect("a token");
        let stamp = rate.stamp();
        rate.answered(stamp, now);
    }
    assert!((rate.refill - 5.0).abs() < 0.01);
}

#[test]
fn a_burst_that_is_answered_late_says_nothing_of_the_rate() {
    let start = Instant::now();
    let mut rate = Rate::new(FIGURES, start);
    assert_eq!(taken(&mut rate, start), 10);
    rate.take(start).expect_err("it is empty");
    for tenths in 0..10 {
        let stamp = rate.stamp();
        assert!(!rate.answered(stamp, start + SECOND / 10 * tenths), "after {tenths} tenths of a second");
    }
    rate.take(start + SECOND).expect("a token");
    let stamp = rate.stamp();
    taken(&mut rate, start + SECOND);
    assert!(rate.answered(stamp, start + SECOND * 2) || !stamp.at_limit);
}

#[test]
fn the_first_refusal_brings_back_what_is_published() {
    let mut now = Instant::now();
    let mut rate = Rate::new(FIGURES, now);
    unrefused(&mut rate, &mut now, SECOND);
    let (sent, late) = (rate.stamp(), rate.stamp());
    assert!(rate.refill > 30.0, "{rate:?}");
    assert!(rate.refused(sent, now), "news");
    assert!(!rate.refused(late, now + SECOND * 2), "it was sent before the refusal was known");
    assert!((rate.refill - 5.0).abs() < 0.01 && rate.tokens < 10.1, "{rate:?}");
    assert_eq!(taken(&mut rate, now), 0, "the bucket is empty");
    // For a while nothing more is tried; then a little.
    let mut rate = Rate::new(FIGURES, now);
    taken(&mut rate, now);
    refuse(&mut rate, now);
    let calls = unrefused(&mut rate, &mut now, HOLD.0 - SECOND);
    assert!((143..=146).contains(&calls), "{calls} in 29 seconds");
    unrefused(&mut rate, &mut now, SECOND * 11);
    assert!((5.3..5.6).contains(&rate.refill), "{rate:?}");
}

#[test]
fn a_bucket_that_was_thought_fuller_is_only_emptied() {
    let start = Instant::now();
    let mut rate = Rate::new(FIGURES, start);
    rate.take(start).expect("a token");
    refuse(&mut rate, start);
    assert_eq!(taken(&mut rate, start), 0);
    assert_eq!(taken(&mut rate, start + SECOND), 5);
}

#[test]
fn a_bucket_that_is_shared_gives_less_and_recovers() {
    let mut now = Instant::now();
    let mut rate = Rate::new(FIGURES, now);
    taken(&mut rate, now);
    let mut refused = |rate: &mut Rate, after: Duration| {
        now += after;
        // All of them are sent, and the last one is refused.
        (0..taken(rate, now)).for_each(|_| {
            rate.stamp();
        });
        refuse(rate, now);
        (rate.refill, now)
    };
    assert!((refused(&mut rate, SECOND).0 - 5.0).abs() < 0.1);
    let (refill, _) = refused(&mut rate, SECOND * 2);
    assert!((2.4..2.6).contains(&refill), "{refill}");
    let (burst, _) = refused(&mut rate, SECOND / 10);
    assert!(burst >= refill, "a burst of refusals is one complaint");
    for _ in 0..20 {
        refused(&mut rate, SECOND * 2);
    }
    assert!(rate.refill >= 5.0 * LEAST && rate.refill < 2.0, "{rate:?}");
    let mut later = refused(&mut rate, SECOND).1;
    unrefused(&mut rate, &mut later, SECOND * 20);
    assert!((4.9..5.1).contains(&rate.refill), "{rate:?}");
}

#[test]
fn each_attempt_in_vain_makes_the_next_one_later() {
    let mut now = Instant::now();
    let mut rate = Rate::new(FIGURES, now);
    taken(&mut rate, now);
    refuse(&mut rate, now);
    let mut holds = Vec::new();
    for _ in 0..6 {
        let start = now;
        while rate.refill <= 5.0 {
            unrefused(&mut rate, &mut now, SECOND);
        }
        holds.push((now - start).as_secs() / 10 * 10);
        refuse(&mut rate, now);
    }
    assert_eq!(holds, [30, 60, 120, 240, 480, 480]);
}

#[test]
fn a_neighbour_is_believed_unless_one_knows_better() {
    let mut now = Instant::now();
    let mut rate = Rate::new(FIGURES, now);
    rate.heed(now);
    assert_eq!(taken(&mut rate, now), 10, "the burst is there all the same");
    let calls = unrefused(&mut rate, &mut now, SECOND * 10);
    assert!((49..=51).contains(&calls), "{calls}");
    let mut rate = Rate::new(FIGURES, now);
    unrefused(&mut rate, &mut now, SECOND);
    rate.heed(now);
    let calls = unrefused(&mut rate, &mut now, SECOND);
    assert!(calls > 50, "{calls}");
}

#[test]
fn who_wants_no_more_gets_no_more() {
    let mut now = Instant::now();
    let mut rate = Rate::new(Figures::ceiling(0.5), now);
    let calls = unrefused(&mut rate, &mut now, SECOND * 60);
    assert!((30..=32).contains(&calls), "{calls} in a minute");
    rate.replace(Figures::ceiling(2.0), now);
    let calls = unrefused(&mut rate, &mut now, SECOND * 60);
    assert!((119..=122).contains(&calls), "{calls} in a minute");
}
