//! Functions over IP networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dashu_int::{IBig, UBig};
use rinfra_value::{Type, Value};

use super::arguments::{text, whole};
use super::call::{Answer, Function, FunctionError, Parameter};

pub(super) fn functions() -> Vec<Function> {
    let prefix = || Parameter::new("prefix", Type::String);
    let number = |name| Parameter::new(name, Type::Number);
    vec![
        Function::pure("cidrhost", Type::String, host).parameter(prefix()).parameter(number("hostnum")),
        Function::pure("cidrnetmask", Type::String, netmask).parameter(prefix()),
        Function::pure("cidrsubnet", Type::String, subnet)
            .parameter(prefix())
            .parameter(number("newbits"))
            .parameter(number("netnum")),
        Function::pure("cidrsubnets", Type::list(Type::String), subnets)
            .parameter(prefix())
            .variadic(number("newbits")),
    ]
}

/// A network: the bits of its address, of which the first `length` count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: u128,
    length: u32,
    /// 32 or 128.
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let invalid = || format!("invalid CIDR expression: invalid CIDR address: {text}");
        let (address, length) = text.split_once('/').ok_or_else(invalid)?;
        let (address, bits) = match parse_v4(address) {
            Some(address) => (u128::from(address), 32),
            None => (parse_v6(address).ok_or_else(invalid)?, 128),
        };
        let digits = !length.is_empty() && length.bytes().all(|it| it.is_ascii_digit());
        let length: u32 = length.parse().ok().filter(|it| digits && *it <= bits).ok_or_else(invalid)?;
        let network = Self { address, length, bits };
        Ok(Self { address: address & !network.host_mask(), ..network })
    }

    /// Returns the bits that differ within the network.
    fn host_mask(&self) -> u128 {
        low_bits(self.bits - self.length)
    }

    /// Returns whether this is an IPv4 network written as IPv6, which Terraform half takes for IPv4.
    fn is_mapped(&self) -> bool {
        self.bits == 128 && self.address >> 32 == 0xFFFF
    }

    /// Returns the address with a number put into the bits that end `length` bits from the start.
    ///
    /// Negative numbers and ones that are too large get into the bits before, as they do in Terraform.
    fn insert(&self, number: &IBig, length: u32) -> Result<u128, String> {
        let shift = self.bits.saturating_sub(length);
        let shifted = number << usize::try_from(shift).unwrap_or(0);
        let (_, magnitude) = (IBig::from(self.address) | shifted).into_parts();
        u128::try_from(magnitude)
            .ok()
            .filter(|it| self.bits == 128 || *it <= u128::from(u32::MAX))
            .ok_or_else(|| format!("the number does not fit into {} bits", self.bits))
    }

    fn show_address(&self, address: u128) -> String {
        show(address, self.bits)
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let length = if self.is_mapped() { self.length.saturating_sub(96) } else { self.length };
        write!(f, "{}/{length}", self.show_address(self.address))
    }
}

fn low_bits(count: u32) -> u128 {
    1_u128.checked_shl(count).map_or(u128::MAX, |it| it - 1)
}

fn show(address: u128, bits: u32) -> String {
    if bits == 32 {
        return u32::try_from(address)
            .map(Ipv4Addr::from)
            .map_or_else(|_| String::new(), |it| it.to_string());
    }
    let address = Ipv6Addr::from(address);
    match address.to_ipv4_mapped() {
        Some(mapped) => mapped.to_string(),
        None => compressed(&address),
    }
}

/// Writes an IPv6 address with hexadecimal digits only: the standard library writes some with dots.
fn compressed(address: &Ipv6Addr) -> String {
    let segments = address.segments();
    let (mut start, mut length) = (0, 0);
    let mut index = 0;
    while index < segments.len() {
        let zeros = segments[index..].iter().take_while(|it| **it == 0).count();
        if zeros > length {
            (start, length) = (index, zeros);
        }
        index += zeros.max(1);
    }
    let join = |part: &[u16]| part.iter().map(|it| format!("{it:x}")).collect::<Vec<_>>().join(":");
    if length < 2 {
        return join(&segments);
    }
    format!("{}::{}", join(&segments[..start]), join(&segments[start + length..]))
}

/// Reads an IPv4 address whose parts may have leading zeros, which do not make them octal.
fn parse_v4(text: &str) -> Option<u32> {
    let mut parts = text.split('.');
    let mut address = 0_u32;
    for _ in 0..4 {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let significant = part.trim_start_matches('0');
        let part: u8 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
        address = address << 8 | u32::from(part);
    }
    parts.next().is_none().then_some(address)
}

fn parse_v6(text: &str) -> Option<u128> {
    // A tail in dots may have leading zeros too.
    let text = match text.rsplit_once(':') {
        Some((head, tail)) if tail.contains('.') => {
            let tail = parse_v4(tail)?;
            format!("{head}:{:x}:{:x}", tail >> 16, tail & 0xFFFF)
        }
        _ => text.to_owned(),
    };
    let groups: Vec<&str> = text.split(':').map(significant).collect();
    match groups.join(":").parse() {
        Ok(IpAddr::V6(address)) => Some(u128::from(address)),
        _ => None,
    }
}

/// Returns a group of digits without the zeros that make it longer than the standard library takes.
fn significant(group: &str) -> &str {
    let zeros = group.bytes().take_while(|it| *it == b'0').count();
    &group[zeros.min(group.len().saturating_sub(4))..]
}

/// Returns a number argument of any size.
fn integer(value: &Value) -> Result<IBig, FunctionError> {
    value
        .as_number()
        .and_then(|it| it.to_radix(10))
        .and_then(|it| IBig::from_str_radix(&it, 10).ok())
        .ok_or_else(|| FunctionError::new("value must be a whole number"))
}

fn host(arguments: &[Value]) -> Answer {
    let number = integer(&arguments[1])?;
    let network = Network::parse(text(&arguments[0])).map_err(FunctionError::new)?;
    let greatest = IBig::from(network.host_mask());
    let negative = number < IBig::ZERO;
    // Negative numbers count from the end, which is -1.
    let reach = if negative { -&number - IBig::ONE } else { number.clone() };
    let number = if negative { &greatest - &reach } else { number };
    if reach > greatest {
        let length = network.length;
        let message = format!("prefix of {length} does not accommodate a host numbered {number}");
        return Err(FunctionError::new(message));
    }
    let length = if network.is_mapped() { 32 } else { network.bits };
    let address = network.insert(&number, length).map_err(FunctionError::new)?;
    Ok(Value::string(network.show_address(address)))
}

fn netmask(arguments: &[Value]) -> Answer {
    let given = text(&arguments[0]);
    let network = Network::parse(given).map_err(FunctionError::new)?;
    if network.bits == 128 && !network.is_mapped() {
        return Err(FunctionError::new(format!("IPv6 addresses cannot have a netmask: {given}")));
    }
    let mask = low_bits(network.bits) & !network.host_mask();
    Ok(Value::string(network.show_address(mask)))
}

fn subnet(arguments: &[Value]) -> Answer {
    let new_bits = whole(&arguments[1]).map_err(FunctionError::new)?;
    let number = integer(&arguments[2])?;
    let network = Network::parse(text(&arguments[0])).map_err(FunctionError::new)?;
    let length = i64::from(network.length).saturating_add(new_bits);
    if length > i64::from(network.bits) {
        let (length, bits) = (network.length, new_bits);
        let message = format!("insufficient address space to extend prefix of {length} by {bits}");
        return Err(FunctionError::new(message));
    }
    let Ok(length) = u32::try_from(length) else {
        return Err(FunctionError::new("a prefix cannot be shorter than zero bits"));
    };
    // Only the lowest 64 bits are compared, which is all Terraform looks at.
    let (_, magnitude) = number.clone().into_parts();
    let compared = u64::try_from(magnitude & UBig::from(u64::MAX)).unwrap_or(u64::MAX);
    let greatest =
        u32::try_from(new_bits).ok().and_then(|it| 1_u64.checked_shl(it)).map_or(u64::MAX, |it| it - 1);
    if compared > greatest {
        return Err(FunctionError::new(format!(
            "prefix extension of {new_bits} does not accommodate a subnet numbered {number}"
        )));
    }
    let address = network.insert(&number, length).map_err(FunctionError::new)?;
    Ok(Value::string(Network { address, length, ..network }.to_string()))
}

/// Terraform does not extend by more.
const MOST_NEW_BITS: i64 = 32;

fn subnets(arguments: &[Value]) -> Answer {
    let network =
        Network::parse(text(&arguments[0])).map_err(|message| FunctionError::argument(0, message))?;
    let last = network.address | network.host_mask();
    let mut found = Vec::new();
    // The first address that is still free; `None` if there is none in all of the address space. Terraform looks for it
    // behind the network that comes before this one, so that the very first network of all has no room for any.
    let mut free = Some(network.address).filter(|it| *it != 0);
    for (index, new_bits) in arguments.iter().enumerate().skip(1) {
        let error = |message: String| FunctionError::argument(index, message);
        let new_bits = whole(new_bits).map_err(&error)?;
        if new_bits < 1 {
            return Err(error("must extend prefix by at least one bit".to_owned()));
        }
        if new_bits > MOST_NEW_BITS {
            return Err(error(format!("may not extend prefix by more than {MOST_NEW_BITS} bits")));
        }
        let length = network.length + u32::try_from(new_bits).unwrap_or(0);
        if length > network.bits {
            let protocol = if network.bits == 32 { "IPv4" } else { "IPv6" };
            return Err(error(format!(
                "would extend prefix to {length} bits, which is too long for an {protocol} address"
            )));
        }
        let mask = low_bits(network.bits - length);
        let start = free.and_then(|it| it.checked_add(mask)).map(|it| it & !mask).filter(|it| *it <= last);
        let Some(start) = start else {
            return Err(error(format!(
                "not enough remaining address space for a subnet with a prefix of {length} bits"
            )));
        };
        found.push(Value::string(Network { address: start, length, ..network }.to_string()));
        free = (start | mask).checked_add(1).filter(|it| *it <= low_bits(network.bits));
    }
    Ok(Value::list(Type::String, found))
}

#[cfg(test)]
mod tests {
    use super::{Network, show};

    #[test]
    fn networks() {
        let cases = [
            ("10.0.0.5/8", Some("10.0.0.0/8")),
            ("010.001.0.0/16", Some("10.1.0.0/16")),
            ("::/0", Some("::/0")),
            ("fd00::1/64", Some("fd00::/64")),
            ("::ffff:10.0.0.0/104", Some("10.0.0.0/8")),
            ("1:0:0:2:0:0:0:3/128", Some("1:0:0:2::3/128")),
            ("1:0:2:3:4:5:6:7/128", Some("1:0:2:3:4:5:6:7/128")),
            ("::010.0.0.1/128", Some("::a00:1/128")),
            ("10.0.0.0", None),
            ("10.0.0.0/33", None),
            ("10.0.0/8", None),
            ("10.0.0.0/+8", None),
            ("256.0.0.0/8", None),
            ("x/8", None),
            ("fe80::%eth0/64", None),
        ];
        for (text, expected) in cases {
            let network = Network::parse(text).ok().map(|it| it.to_string());
            assert_eq!(network.as_deref(), expected, "for {text}");
        }
        assert_eq!(show(1, 128), "::1");
    }
}
