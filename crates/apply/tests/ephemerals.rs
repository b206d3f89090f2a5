//! Ephemeral resources: opened by every phase anew, closed at its end, and kept nowhere.

use rinfra_provider::ErrorClass;
use rinfra_testkit::Laboratory;
use rinfra_testkit::memory_provider::Call;
use rinfra_value::Value;

const TOKEN: &str = "ephemeral \"mem_token\" \"t\" { name = \"t\" }\n";

fn opened(log: &[String]) -> Vec<&str> {
    let about = |it: &&str| ["open ", "renew ", "close "].iter().any(|verb| it.starts_with(verb));
    log.iter().map(String::as_str).filter(about).collect()
}

#[tokio::test]
async fn each_phase_opens_its_own_and_nothing_keeps_it() {
    let user = "resource \"mem_thing\" \"it\" {
        name  = \"it\"
        token = ephemeral.mem_token.t.secret
    }";
    let mut laboratory = Laboratory::new(&format!("{TOKEN}{user}"));
    let done = laboratory.apply().await.clean();
    let log = laboratory.cloud.take_log();
    assert_eq!(opened(&log), ["open t", "close t", "open t", "close t"]);
    let (open, create) = (
        log.iter().rposition(|it| it == "open t").unwrap(),
        log.iter().position(|it| it == "create mem_thing.it").unwrap(),
    );
    assert!(open < create && log.last().unwrap() == "close t", "{log:?}");
    let kept = format!("{:?}{:?}", laboratory.state, done.plan);
    assert!(!kept.contains("secret-") && !kept.contains("mem_token"), "{kept}");
    let secret = laboratory.cloud.value_of("it", "token");
    assert_eq!(secret, Some(Value::string("secret-2")), "the apply sends what the apply opened");
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
}

#[tokio::test]
async fn values_are_ephemeral_wherever_they_go() {
    for (user, expected) in [
        (
            "resource \"mem_thing\" \"it\" {\n name = ephemeral.mem_token.t.secret\n }",
            "Invalid use of ephemeral value",
        ),
        ("output \"o\" {\n value = ephemeral.mem_token.t.length\n }", "Ephemeral value not allowed"),
        (
            "resource \"mem_thing\" \"it\" {\n count = ephemeral.mem_token.t.length\n }",
            "Invalid count argument",
        ),
        (
            "data \"mem_thing\" \"it\" {\n name = ephemeral.mem_token.t.secret\n }",
            "Invalid use of ephemeral value",
        ),
    ] {
        let laboratory = Laboratory::new(&format!("{TOKEN}{user}"));
        let planned = laboratory.plan().await;
        let errors: Vec<_> = planned.diagnostics.iter().map(|it| it.summary.as_str()).collect();
        assert_eq!(errors, [expected], "{user}");
        assert_eq!(opened(&laboratory.cloud.take_log()), ["open t", "close t"], "{user}");
    }
}

#[tokio::test]
async fn locals_and_other_ephemerals_may_use_them() {
    let chain = "locals { secret = ephemeral.mem_token.t.secret }
        ephemeral \"mem_token\" \"next\" { name = \"after-${local.secret}\" }
        resource \"mem_thing\" \"it\" { token = ephemeral.mem_token.next.secret }";
    let mut laboratory = Laboratory::new(&format!("{TOKEN}{chain}"));
    laboratory.apply().await.clean();
    let log = laboratory.cloud.take_log();
    assert_eq!(opened(&log)[..4], ["open t", "open after-secret-1", "close after-secret-1", "close t"]);
}

#[tokio::test]
async fn what_is_not_known_yet_is_opened_by_the_apply() {
    let mut laboratory = Laboratory::new(
        "resource \"mem_thing\" \"first\" { name = \"first\" }
        ephemeral \"mem_token\" \"t\" { name = mem_thing.first.id }
        resource \"mem_thing\" \"it\" {
            name  = \"it\"
            token = ephemeral.mem_token.t.secret
        }",
    );
    let done = laboratory.apply().await.clean();
    let log = laboratory.cloud.take_log();
    assert_eq!(opened(&log), ["open thing-1", "close thing-1"]);
    let recorded = |address: &str| {
        let address = address.parse().unwrap();
        let object = done.applied.state.current(&address).unwrap();
        object.dependencies.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(recorded("mem_thing.it"), ["mem_thing.first"], "what the token depends on, not the token");
}

#[tokio::test]
async fn failures_are_told() {
    let user = "resource \"mem_thing\" \"it\" {\n token = ephemeral.mem_token.t.secret\n }";
    let configuration = format!("{TOKEN}{user}");
    let laboratory = Laboratory::new(&configuration);
    laboratory.cloud.fail(Call::Open, "t", ErrorClass::AccessDenied);
    assert_eq!(
        laboratory.plan().await.errors(),
        ["ephemeral.mem_token.t: Opening ephemeral mem_token failed"]
    );

    laboratory.cloud.fail(Call::Close, "t", ErrorClass::Transient);
    assert_eq!(
        laboratory.plan().await.errors(),
        ["ephemeral.mem_token.t: Closing ephemeral mem_token failed"]
    );
}

#[tokio::test]
async fn what_is_open_is_renewed_as_long_as_it_is_needed() {
    let user = "resource \"mem_thing\" \"it\" {\n name = \"it\"\n token = ephemeral.mem_token.t.secret\n }";
    let mut laboratory = Laboratory::new(&format!("{TOKEN}{user}"));
    let plan = laboratory.plan().await.expect();
    laboratory.cloud.take_log();
    let (creation, renewal) =
        (laboratory.cloud.hold(Call::Create, "mem_thing.it"), laboratory.cloud.hold(Call::Renew, "t"));
    let cloud = laboratory.cloud.clone();
    let conduct = async {
        renewal.open();
        let mut log = Vec::new();
        while !log.iter().any(|it| it == "renew t") {
            log.extend(cloud.take_log());
            tokio::task::yield_now().await;
        }
        creation.open();
    };
    let (_interrupt, watched) = tokio::sync::watch::channel(rinfra_apply::Interrupt::None);
    let (done, ()) = futures::join!(laboratory.execute(plan, watched), conduct);
    done.clean();
    assert_eq!(laboratory.cloud.take_log().last().map(String::as_str), Some("close t"));
}

#[tokio::test]
async fn conditions_are_checked_and_applying_is_told() {
    let conditions = "ephemeral \"mem_token\" \"t\" {
        name = \"t\"
        lifecycle {
            postcondition {
                condition     = self.length > 100
                error_message = \"too short\"
            }
        }
    }";
    assert_eq!(Laboratory::new(conditions).plan().await.errors(), ["Resource postcondition failed"]);

    let telling = "resource \"mem_thing\" \"it\" {
        name  = \"it\"
        token = terraform.applying ? \"applying\" : \"planning\"
    }";
    let mut laboratory = Laboratory::new(telling);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.cloud.value_of("it", "token"), Some(Value::string("applying")));
}
