use rinfra_value::{Path, Value};

/// Returns the first place where a final value is not what was planned: known differently, or of another
/// shape. What was planned as unknown may become anything of its type.
pub(crate) fn first_contradiction(planned: &Value, last: &Value) -> Option<Path> {
    contradiction(planned, last, &Path::default())
}

fn contradiction(planned: &Value, last: &Value, path: &Path) -> Option<Path> {
    if !planned.is_known() || (!last.is_known() && !planned.is_wholly_known()) {
        return None;
    }
    if let (Some(planned), Some(last)) = (planned.entries(), last.entries()) {
        for (name, value) in planned {
            let place = path.attribute(name.clone());
            match last.get(name) {
                Some(other) => {
                    if let Some(found) = contradiction(value, other, &place) {
                        return Some(found);
                    }
                }
                None => return Some(place),
            }
        }
        return last.keys().find(|it| !planned.contains_key(it)).map(|it| path.attribute(it.clone()));
    }
    // The members of a set have no places; those that are not known yet could be any of the others.
    let is_set = matches!(planned.ty(), rinfra_value::Type::Set(_));
    if is_set && !planned.is_wholly_known() {
        return None;
    }
    if let (Some(planned), Some(last), false) = (planned.elements(), last.elements(), is_set) {
        if planned.len() != last.len() {
            return Some(path.clone());
        }
        return planned.iter().zip(last).enumerate().find_map(|(index, (planned, last))| {
            contradiction(planned, last, &path.index(Value::number(index)))
        });
    }
    (planned.unmark_deep() != last.unmark_deep()).then(|| path.clone())
}
