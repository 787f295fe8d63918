// (b) A socket.io relay: whatever one sends, everybody in the room gets. No validation, no storage, no rendering.
// node relay.cjs PORT FILE: with each message the next fragment of the file (one JSON text a line) goes to everybody.
"use strict";
const { readFileSync } = require("node:fs");
const { Server } = require("socket.io");
const io = new Server(Number(process.argv[2]), { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
// Parsed beforehand: the relay writes each as JSON again, as it would what somebody sent, and the bytes come out the same.
const fragments = readFileSync(process.argv[3], "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
let count = 0;
io.on("connection", (socket) => {
  socket.join("room");
  socket.on("act", () => {
    io.to("room").emit("parts", fragments[count % fragments.length]);
    count += 1;
  });
});
