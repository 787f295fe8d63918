// (b) A socket.io relay: whatever one sends, everybody in the room gets. No validation, no storage, no rendering.
// node relay.cjs PORT BYTES
"use strict";
const { Server } = require("socket.io");
const io = new Server(Number(process.argv[2]), { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
const size = Number(process.argv[3]);
let count = 0;
io.on("connection", (socket) => {
  socket.join("room");
  socket.on("act", () => {
    count += 1;
    const head = `{"t":"parts","seq":${count},"parts":[{"region":"shared","v":${count},"html":"`;
    io.to("room").emit("parts", `${head}${"x".repeat(Math.max(0, size - head.length - 4))}"}]}`);
  });
});
