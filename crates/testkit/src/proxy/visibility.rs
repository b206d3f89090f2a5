//! New things that are not found for a while.

use std::collections::{BTreeSet, HashMap};

use regex::Regex;

use super::call::{Call, Protocol, is_named};
use super::message::Message;
use super::refusal;

/// Remembers what is new, and how often it is still to be denied.
#[derive(Debug)]
pub(super) struct Visibility {
    unseen: HashMap<String, u32>,
    identity: Regex,
}

impl Default for Visibility {
    fn default() -> Self {
        let identity = Regex::new(r"\b[a-z]{2,12}-[0-9a-f]{8,17}\b");
        Self { unseen: HashMap::new(), identity: identity.unwrap_or_else(|error| panic!("{error}")) }
    }
}

impl Visibility {
    /// Remembers what a request made, if it made something.
    pub(super) fn learn(&mut self, call: &Call, answer: &Message, times: u32) {
        if times == 0 || !call.mutates || !(200..300).contains(&answer.status()) {
            return;
        }
        let made: BTreeSet<String> = match call.protocol {
            Protocol::Ec2 if makes(&call.operation) => {
                let text = answer.text();
                let found = self.identity.find_iter(&text).map(|it| it.as_str().to_owned());
                found.filter(|it| !call.names(it)).collect()
            }
            Protocol::S3 if call.operation == "CreateBucket" => {
                call.bucket().map(str::to_owned).into_iter().collect()
            }
            Protocol::Query if makes(&call.operation) => {
                let names = ["RoleName", "UserName", "GroupName", "InstanceProfileName"];
                names.iter().find_map(|it| call.parameter(it)).into_iter().collect()
            }
            _ => BTreeSet::new(),
        };
        self.unseen.extend(made.into_iter().map(|it| (it, times)));
    }

    /// Returns the answer to a request that names something that is not seen yet.
    pub(super) fn deny(&mut self, call: &Call) -> Option<Message> {
        let mut named: Vec<&String> = self.unseen.keys().filter(|it| asks_for(call, it)).collect();
        named.sort();
        let identity = (*named.first()?).clone();
        let left = self.unseen.get_mut(&identity)?;
        *left -= 1;
        if *left == 0 {
            self.unseen.remove(&identity);
        }
        Some(refusal::not_found(call, &identity))
    }

    /// Leaves out of an answer of EC2 what is not seen yet: it was asked for by what it is like.
    pub(super) fn veil(&mut self, call: &Call, answer: Message) -> Message {
        if call.mutates || call.protocol != Protocol::Ec2 || self.unseen.is_empty() {
            return answer;
        }
        let text = answer.text();
        let mut hidden = BTreeSet::new();
        let items = items(&text);
        let mut kept = String::new();
        let mut end = 0;
        for (from, to) in items {
            let own = self.identity.find(&text[from..to]).map(|it| it.as_str());
            if let Some(own) = own.filter(|it| self.unseen.contains_key(*it)) {
                hidden.insert(own.to_owned());
                kept.push_str(&text[end..from]);
                end = to;
            }
        }
        if hidden.is_empty() {
            return answer;
        }
        kept.push_str(&text[end..]);
        for identity in hidden {
            if let Some(left) = self.unseen.get_mut(&identity) {
                *left -= 1;
                if *left == 0 {
                    self.unseen.remove(&identity);
                }
            }
        }
        answer.with_body(kept.into_bytes())
    }
}

/// Tells whether a request is about a thing by its identity. A filter is not: what it does not find, it does not miss.
fn asks_for(call: &Call, identity: &str) -> bool {
    let is_by_filter = || {
        let mut naming = call.body.split('&').filter(|it| is_named(it, identity));
        call.protocol == Protocol::Ec2 && !call.mutates && naming.all(|it| it.starts_with("Filter."))
    };
    call.names(identity) && !is_by_filter()
}

fn makes(operation: &str) -> bool {
    ["Create", "Allocate", "Run", "Authorize", "Import", "Register", "Request"]
        .iter()
        .any(|it| operation.starts_with(it))
        && operation != "CreateTags"
}

/// Returns where the outermost `<item>` elements begin and end.
fn items(text: &str) -> Vec<(usize, usize)> {
    let (open, close) = ("<item>", "</item>");
    let mut found = Vec::new();
    let (mut depth, mut begin) = (0_u32, 0);
    let mut at = 0;
    while let Some(next) = text[at..].find(['<']).map(|it| at + it) {
        if text[next..].starts_with(open) {
            if depth == 0 {
                begin = next;
            }
            depth += 1;
        } else if text[next..].starts_with(close) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                found.push((begin, next + close.len()));
            }
        }
        at = next + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &str) -> Call {
        let scope = "AWS4-HMAC-SHA256 Credential=1/2/us-east-1/ec2/aws4_request, X=y";
        Call::of(&Message {
            start: "POST / HTTP/1.1".to_owned(),
            headers: vec![("authorization".to_owned(), scope.to_owned())],
            body: body.as_bytes().to_vec(),
        })
    }

    fn answer(body: &str) -> Message {
        Message { start: "HTTP/1.1 200 OK".to_owned(), ..Message::default() }
            .with_body(body.as_bytes().to_vec())
    }

    #[test]
    fn what_is_new_is_denied_as_often_as_asked_and_left_out_of_lists() {
        let mut visibility = Visibility::default();
        let made = "<CreateVpcResponse><vpcId>vpc-0123456789abcdef0</vpcId></CreateVpcResponse>";
        visibility.learn(&request("Action=CreateVpc"), &answer(made), 2);
        let asked = request("Action=DescribeVpcs&VpcId.1=vpc-0123456789abcdef0");
        assert!(visibility.deny(&asked).unwrap().text().contains("InvalidVpcID.NotFound"));
        let list = "<set><item><vpcId>vpc-0123456789abcdef0</vpcId><tagSet><item><k>a</k></item></tagSet></item>\
                    <item><vpcId>vpc-1123456789abcdef0</vpcId></item></set>";
        let rest = "<set><item><vpcId>vpc-1123456789abcdef0</vpcId></item></set>";
        let filtering =
            request("Action=DescribeVpcs&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-0123456789abcdef0");
        assert!(visibility.deny(&filtering).is_none());
        assert_eq!(visibility.veil(&filtering, answer(list)).text(), rest);
        assert_eq!(
            visibility.veil(&request("Action=DescribeVpcs"), answer(list)).text(),
            list,
            "seen by now"
        );
        assert!(visibility.deny(&asked).is_none());
    }

    #[test]
    fn what_the_request_named_itself_is_not_new() {
        let mut visibility = Visibility::default();
        let request = request("Action=CreateSubnet&VpcId=vpc-0123456789abcdef0");
        let made = "<r><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId></r>";
        visibility.learn(&request, &answer(made), 1);
        assert!(visibility.deny(&request).is_none());
    }
}
