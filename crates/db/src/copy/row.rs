//! A value as bytes: what it is, how long it is where that varies, and itself.

use carillon_core::Problem;
use uuid::Uuid;

use super::Rows;
use crate::Value;

impl Rows {
    pub(super) fn push(&mut self, row: &[Value]) {
        self.count += 1;
        for value in row {
            self.value(value);
        }
    }

    fn value(&mut self, value: &Value) {
        let out = &mut self.bytes;
        match value {
            Value::Null => out.push(0),
            Value::Bool(b) => out.extend([1, u8::from(*b)]),
            Value::Int(n) => {
                out.push(2);
                out.extend(n.to_be_bytes());
            }
            Value::Real(n) => {
                out.push(3);
                out.extend(n.to_be_bytes());
            }
            Value::Text(text) => {
                out.push(4);
                long(out, text.as_bytes());
            }
            Value::Bytes(bytes) => {
                out.push(5);
                long(out, bytes);
            }
            Value::Uuid(uuid) => {
                out.push(6);
                out.extend(uuid.as_bytes());
            }
        }
    }

    /// The rows, each with `width` values.
    pub(super) fn read(&self, width: usize) -> Result<Vec<Vec<Value>>, Problem> {
        let mut rest = self.bytes.as_slice();
        let rows = (0..self.count).map(|_| (0..width).map(|_| read(&mut rest)).collect::<Option<Vec<_>>>()).collect::<Option<Vec<_>>>();
        rows.filter(|_| rest.is_empty()).ok_or_else(|| Problem::broken("rows of the copy are not as they should be"))
    }
}

fn long(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(u32::try_from(bytes.len()).expect("no value of ours has 4 GiB").to_be_bytes());
    out.extend(bytes);
}

fn read(rest: &mut &[u8]) -> Option<Value> {
    Some(match take(rest, 1)?[0] {
        0 => Value::Null,
        1 => Value::Bool(take(rest, 1)?[0] == 1),
        2 => Value::Int(i64::from_be_bytes(take(rest, 8)?.try_into().ok()?)),
        3 => Value::Real(f64::from_be_bytes(take(rest, 8)?.try_into().ok()?)),
        4 => Value::Text(String::from_utf8(taken(rest)?.to_vec()).ok()?),
        5 => Value::Bytes(taken(rest)?.to_vec()),
        6 => Value::Uuid(Uuid::from_slice(take(rest, 16)?).ok()?),
        _ => return None,
    })
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

fn taken<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = u32::from_be_bytes(take(rest, 4)?.try_into().ok()?);
    take(rest, length as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went_and_broken_ones_are_refused() {
        let uuid = Value::Uuid(Uuid::from_u128(7));
        let row =
            [Value::Null, Value::Bool(true), Value::Int(-3), Value::Real(0.5), Value::Text("é".into()), Value::Bytes(vec![0, 255]), uuid];
        let mut rows = Rows::default();
        rows.push(&row);
        rows.push(&row);
        assert_eq!(rows.read(row.len()).expect("read"), [row.clone(), row.clone()]);
        assert!(rows.read(row.len() - 1).is_err());
        let cut = Rows { count: 2, bytes: rows.bytes[..rows.bytes.len() - 1].to_vec() };
        assert!(cut.read(row.len()).is_err());
        assert!(Rows { count: 1, bytes: vec![9] }.read(1).is_err());
    }
}
