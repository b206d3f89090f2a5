//! Functions over times, which are text in RFC 3339.

mod duration;
mod pattern;
pub(super) mod timestamp;

use std::sync::Arc;

use rinfra_value::{Type, Value};

use super::arguments::text;
use super::call::{Answer, Function, FunctionError, Parameter};
use super::world::FunctionContext;
use timestamp::Timestamp;

pub(super) fn functions(context: &Arc<FunctionContext>) -> Vec<Function> {
    let string = |name| Parameter::new(name, Type::String);
    let (clock, plan) = (Arc::clone(context), Arc::clone(context));
    vec![
        Function::pure("formatdate", Type::String, format_date)
            .parameter(string("format"))
            .parameter(string("time")),
        Function::pure("timeadd", Type::String, time_add)
            .parameter(string("timestamp"))
            .parameter(string("duration")),
        Function::pure("timecmp", Type::Number, time_compare)
            .parameter(string("timestamp_a"))
            .parameter(string("timestamp_b")),
        Function::new("timestamp", Type::String, move |_, _| {
            Ok(match &clock.world {
                Some(world) => Value::string(Timestamp::from_unix(world.now()).to_string()),
                None => Value::unknown(Type::String),
            })
        }),
        Function::new("plantimestamp", Type::String, move |_, _| {
            Ok(match &plan.plan_timestamp {
                Some(timestamp) => Value::string(Arc::clone(timestamp)),
                None => Value::unknown(Type::String),
            })
        }),
    ]
}

fn parse(value: &Value) -> Result<Timestamp, String> {
    Timestamp::parse(text(value)).map_err(|error| format!("not a valid RFC3339 timestamp: {error}"))
}

fn format_date(arguments: &[Value]) -> Answer {
    let time = parse(&arguments[1]).map_err(|message| FunctionError::argument(1, message))?;
    pattern::format(text(&arguments[0]), &time)
        .map(Value::string)
        .map_err(|message| FunctionError::argument(0, message))
}

fn time_add(arguments: &[Value]) -> Answer {
    let time = parse(&arguments[0]).map_err(FunctionError::new)?;
    let nanoseconds = duration::parse(text(&arguments[1])).map_err(FunctionError::new)?;
    Ok(Value::string(time.add(nanoseconds).to_string()))
}

fn time_compare(arguments: &[Value]) -> Answer {
    let first = parse(&arguments[0]).map_err(|message| FunctionError::argument(0, message))?;
    let second = parse(&arguments[1]).map_err(|message| FunctionError::argument(1, message))?;
    Ok(Value::number(first.instant().cmp(&second.instant()) as i64))
}
