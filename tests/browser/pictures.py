"""Small pictures for the README, made from screenshots of the big test: `make pictures`.

A screenshot has thousands of shades where a few hundred do; with 255 colours and no filters it is a quarter of the size and
looks the same. The browser decodes and scales, so that no image library is needed.
"""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.server import ROOT

FOLDER = ROOT / "docs" / "pictures"
COLOURS = 255

_REDUCE = """async ([source, width, most]) => {
  const image = new Image(); image.src = `data:image/png;base64,${source}`; await image.decode();
  const scale = Math.min(1, width / image.width);
  const w = Math.round(image.width * scale), h = Math.round(image.height * scale);
  const canvas = new OffscreenCanvas(w, h), pen = canvas.getContext('2d');
  pen.imageSmoothingQuality = 'high'; pen.drawImage(image, 0, 0, w, h);
  const pixels = new Uint32Array(pen.getImageData(0, 0, w, h).data.buffer), count = new Map();
  for (const p of pixels) count.set(p, (count.get(p) || 0) + 1);
  const palette = [...count].sort((a, b) => b[1] - a[1]).slice(0, most).map(([p]) => p);
  const place = new Map(palette.map((p, i) => [p, i]));
  const part = (p, n) => (p >> (8 * n)) & 255;
  const nearest = (p) => { let best = 0, least = Infinity;
    palette.forEach((q, i) => {
      const far = [0, 1, 2].reduce((sum, n) => sum + (part(p, n) - part(q, n)) ** 2, 0);
      if (far < least) { least = far; best = i; }
    });
    return best; };
  const index = new Uint8Array(pixels.length);
  pixels.forEach((p, i) => { if (!place.has(p)) place.set(p, nearest(p)); index[i] = place.get(p); });
  let text = ''; for (let i = 0; i < index.length; i += 32768) text += String.fromCharCode(...index.subarray(i, i + 32768));
  return [w, h, palette.flatMap((p) => [part(p, 0), part(p, 1), part(p, 2)]), btoa(text)];
}"""


def shrink(browser: Browser, source: Path, target: Path, width: int) -> int:
    """Write `source` as a PNG of at most `width` pixels and 255 colours; gives its size in bytes."""
    context = browser.new_context()
    page = context.new_page()
    encoded = base64.b64encode(source.read_bytes()).decode()
    w, h, palette, text = page.evaluate(_REDUCE, [encoded, width, COLOURS])
    context.close()
    index = base64.b64decode(text)
    rows = b"".join(b"\0" + index[y * w : (y + 1) * w] for y in range(h))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(palette)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    ]
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
