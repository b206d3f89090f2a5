use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use futures::future::{join_all, select};
use futures::{FutureExt, join};

use super::{Bucket, Lane};
use crate::clock::Clock;
use crate::wire::limiter::Figures;

const FIGURES: Figures = Figures { capacity: 10.0, refill: 5.0, is_ceiling: false };
const SECOND: Duration = Duration::from_secs(1);

fn bucket(clock: &Clock) -> Bucket {
    Bucket::new(FIGURES, &Arc::default(), clock)
}

/// Empties a bucket and tells it that there is no more.
async fn emptied(clock: &Clock) -> Bucket {
    let bucket = bucket(clock);
    for _ in 0..10 {
        bucket.take(Lane::Change).await;
    }
    bucket.refused(bucket.stamp());
    bucket
}

#[tokio::test]
async fn who_finds_no_token_waits_for_one() {
    let clock = Clock::jumping();
    let bucket = emptied(&clock).await;
    let start = clock.now();
    let times = join_all((0..10).map(async |_| {
        bucket.take(Lane::Look).await;
        (clock.now() - start).as_millis() / 10 * 10
    }));
    assert_eq!(times.await, [200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000]);
}

#[tokio::test]
async fn who_was_refused_goes_first_and_nobody_starves() {
    let clock = Clock::jumping();
    let bucket = emptied(&clock).await;
    let order = Mutex::new(Vec::new());
    let take = async |name: &'static str, lane: Lane| {
        bucket.take(lane).await;
        order.lock().expect("the order").push(name);
    };
    join!(
        take("look 1", Lane::Look),
        take("look 2", Lane::Look),
        take("look 3", Lane::Look),
        take("change 1", Lane::Change),
        take("change 2", Lane::Change),
        async {
            clock.sleep(SECOND / 10).await;
            take("again", Lane::Again).await;
        }
    );
    let order = order.into_inner().expect("the order");
    assert_eq!(order, ["again", "change 1", "look 1", "change 2", "look 2", "look 3"]);
}

#[tokio::test]
async fn who_goes_away_leaves_the_token_to_the_next() {
    let clock = Clock::jumping();
    let bucket = emptied(&clock).await;
    let start = clock.now();
    let mut first = Box::pin(bucket.take(Lane::Change));
    assert!((&mut first).now_or_never().is_none());
    let mut second = Box::pin(bucket.take(Lane::Change));
    assert!((&mut second).now_or_never().is_none());
    drop(first);
    second.await;
    let waited = clock.now() - start;
    assert!(waited <= SECOND / 4, "{waited:?}");
}

#[tokio::test]
async fn good_news_shortens_the_waiting() {
    let clock = Clock::jumping();
    let bucket = bucket(&clock);
    let start = clock.now();
    let call = async || {
        bucket.take(Lane::Change).await;
        let stamp = bucket.stamp();
        clock.sleep(SECOND / 20).await;
        bucket.answered(stamp);
    };
    join_all((0..200).map(|_| call())).await;
    let waited = clock.now() - start;
    assert!(waited < SECOND * 2, "{waited:?}");
}

#[tokio::test]
async fn a_neighbours_refusal_is_a_lesson() {
    let (clock, lesson) = (Clock::jumping(), Arc::default());
    let [one, other] = [FIGURES; 2].map(|it| Bucket::new(it, &lesson, &clock));
    one.refused(one.stamp());
    let start = clock.now();
    for _ in 0..20 {
        other.take(Lane::Change).await;
        other.answered(other.stamp());
    }
    let waited = clock.now() - start;
    assert!((SECOND..SECOND * 3).contains(&waited), "{waited:?}");
}

#[tokio::test]
async fn other_figures_count_at_once() {
    let clock = Clock::jumping();
    let bucket = emptied(&clock).await;
    bucket.replace(Figures::ceiling(0.1));
    let start = clock.now();
    let faster = async {
        clock.sleep(SECOND).await;
        bucket.replace(Figures::ceiling(1.0));
        std::future::pending::<()>().await;
    };
    let _ = select(Box::pin(bucket.take(Lane::Change)), Box::pin(faster)).await;
    let waited = clock.now() - start;
    assert!(waited <= SECOND * 3, "{waited:?}");
}
