//! Parts in a row: each has a name, then blocks with their lengths, then an empty one.

use std::io::{self, ErrorKind, Read, Write};

use carillon_core::hex;
use carillon_platform::random::Digester;

use super::manifest::Part;

/// A row with its texts is far shorter.
const LONGEST_BLOCK: u32 = 1 << 30;

pub(super) struct Writer<W: Write> {
    out: W,
    name: String,
    bytes: u64,
    digester: Digester,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, name: String::new(), bytes: 0, digester: Digester::default() }
    }

    pub(super) fn begin(&mut self, name: &str) -> io::Result<()> {
        let length = u16::try_from(name.len()).map_err(io::Error::other)?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(name.as_bytes())?;
        (self.name, self.bytes, self.digester) = (name.into(), 0, Digester::default());
        Ok(())
    }

    pub(super) fn block(&mut self, block: &[u8]) -> io::Result<()> {
        if block.is_empty() {
            return Ok(()); // it would be the end
        }
        let length = u32::try_from(block.len()).map_err(io::Error::other)?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(block)?;
        self.bytes += u64::from(length);
        self.digester.update(block);
        Ok(())
    }

    pub(super) fn end(&mut self) -> io::Result<Part> {
        self.out.write_all(&0_u32.to_be_bytes())?;
        let digest = std::mem::take(&mut self.digester).finish();
        Ok(Part { name: self.name.clone(), bytes: self.bytes, sha256: hex(&digest), rows: None, columns: Vec::new() })
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }
}

pub(super) struct Reader<R: Read>(R);

impl<R: Read> Reader<R> {
    pub(super) fn new(from: R) -> Self {
        Self(from)
    }

    /// The name of the next part; nothing at the end of all.
    pub(super) fn part(&mut self) -> io::Result<Option<String>> {
        let mut first = [0];
        if self.0.read(&mut first)? == 0 {
            return Ok(None);
        }
        let mut second = [0];
        self.0.read_exact(&mut second)?;
        let mut name = vec![0; u16::from_be_bytes([first[0], second[0]]).into()];
        self.0.read_exact(&mut name)?;
        String::from_utf8(name).map(Some).map_err(|why| io::Error::new(ErrorKind::InvalidData, why))
    }

    /// The next block of the part; nothing at its end.
    pub(super) fn block(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length > LONGEST_BLOCK {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut block = vec![0; length as usize];
        self.0.read_exact(&mut block)?;
        Ok(Some(block).filter(|block| !block.is_empty()))
    }

    pub(super) fn skip(&mut self) -> io::Result<()> {
        while self.block()?.is_some() {}
        Ok(())
    }

    /// All of a part that is short.
    pub(super) fn whole(&mut self) -> io::Result<Vec<u8>> {
        let mut whole = Vec::new();
        while let Some(block) = self.block()? {
            whole.extend(block);
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_as_they_went() {
        let mut writer = Writer::new(Vec::new());
        writer.begin("keys").unwrap();
        let keys = { writer.block(b"secret").and_then(|()| writer.end()).unwrap() };
        writer.begin("empty").unwrap();
        writer.block(b"").unwrap();
        let empty = writer.end().unwrap();
        assert_eq!((keys.bytes, empty.bytes), (6, 0));
        assert_eq!(keys.sha256, hex(&carillon_platform::random::digest("secret")));
        let bytes = writer.into_inner();
        let mut reader = Reader::new(bytes.as_slice());
        assert_eq!((reader.part().unwrap().as_deref(), reader.whole().unwrap()), (Some("keys"), b"secret".to_vec()));
        assert_eq!((reader.part().unwrap().as_deref(), reader.block().unwrap()), (Some("empty"), None));
        assert_eq!(reader.part().unwrap(), None);
        let mut cut = Reader::new(&bytes[..8]);
        assert!(cut.part().unwrap().is_some() && cut.block().is_err());
    }
}
