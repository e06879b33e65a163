//! The checksum by which STUN is told from other traffic: CRC-32 of ITU V.42, disguised (RFC 8489, section 14.7).

const MASK: u32 = 0x5354_554E;

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = n as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};

pub(super) fn of(message: &[u8]) -> [u8; 4] {
    let crc = message.iter().fold(u32::MAX, |crc, byte| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8));
    (!crc ^ MASK).to_be_bytes()
}
