// A person's Matrix client: matrix-js-sdk, whose encryption is written by others in another language.
//
//     node peer.mjs HOMESERVER USER PASSWORD
//
// Reads requests from stdin, one JSON object a line: {"id": 1, "do": "say", ...}; answers each with
// {"id": 1, "answer": ...} or {"id": 1, "error": "..."}. Ends with stdin.
import "fake-indexeddb/auto";
import readline from "node:readline";

const quiet = () => {};
Object.assign(console, { debug: quiet, info: quiet, warn: quiet, error: quiet, trace: quiet });
const answers = process.stdout;
console.log = quiet;
const sdk = await import("matrix-js-sdk");
const { logger } = await import("matrix-js-sdk/lib/logger.js");
const { OnlySignedDevicesIsolationMode } = await import("matrix-js-sdk/lib/crypto-api/index.js");
logger.setLevel("silent", false);

const [, , baseUrl, user, password] = process.argv;
const proof = { type: "m.login.password", identifier: { type: "m.id.user", user }, password };
const session = await sdk.createClient({ baseUrl }).loginRequest({ ...proof, initial_device_display_name: "peer" });
const client = sdk.createClient({
    baseUrl,
    userId: session.user_id,
    deviceId: session.device_id,
    accessToken: session.access_token,
});
await client.initRustCrypto({ useIndexedDB: false });
const crypto = client.getCrypto();

client.on("RoomMember.membership", (event, member) => {
    if (member.userId === session.user_id && member.membership === "invite") client.joinRoom(member.roomId);
});

const seen = new Map();
client.on("Room.timeline", (event, room, toStartOfTimeline) => {
    if (!toStartOfTimeline) seen.set(event.getId(), event);
});

async function told(event) {
    await client.decryptEventIfNeeded(event);
    const info = event.isEncrypted() ? await crypto.getEncryptionInfoForEvent(event) : null;
    return {
        id: event.getId(),
        room: event.getRoomId(),
        sender: event.getSender(),
        type: event.getType(),
        content: event.getContent(),
        sent_as: event.getWireType(),
        relation: event.getRelation(),
        unreadable: event.isDecryptionFailure(),
        shield: info?.shieldReason ?? null,
    };
}

const requests = {
    async heard() {
        return Promise.all([...seen.values()].map(told));
    },
    async say({ room, content }) {
        while (!(await crypto.isEncryptionEnabledInRoom(room))) await new Promise((go) => setTimeout(go, 50));
        return (await client.sendEvent(room, "m.room.message", content)).event_id;
    },
    async look_at({ room }) {
        // What clients do when somebody puts the cursor into a conversation: ask who is there with which devices.
        while (!(await crypto.isEncryptionEnabledInRoom(room))) await new Promise((go) => setTimeout(go, 50));
        crypto.prepareToEncrypt(client.getRoom(room));
    },
    async react({ room, event, key }) {
        const relation = { rel_type: "m.annotation", event_id: event, key };
        return (await client.sendEvent(room, "m.reaction", { "m.relates_to": relation })).event_id;
    },
    async sign_own_device() {
        await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (upload) => upload(proof) });
        return crypto.isCrossSigningReady();
    },
    async only_signed_devices() {
        crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
    },
    async devices_of({ who }) {
        const devices = (await crypto.getUserDeviceInfo([who], true)).get(who) ?? new Map();
        return Promise.all(
            [...devices.keys()].map(async (id) => {
                const status = await crypto.getDeviceVerificationStatus(who, id);
                return { id, signed: status?.signedByOwner ?? false };
            }),
        );
    },
    async new_session({ room }) {
        await crypto.forceDiscardSession(room);
    },
    async verify({ who, room }) {
        await crypto.getUserDeviceInfo([who], true); // only who is known can be asked
        const request = await crypto.requestVerificationDM(who, room);
        await new Promise((resolve) => request.on("change", () => request.phase >= 5 && resolve()));
        return { phase: request.phase, code: request.cancellationCode };
    },
    async leave({ room }) {
        await client.leave(room);
    },
};

await client.startClient({ initialSyncLimit: 20 });
await new Promise((resolve) => client.once("sync", resolve));
answers.write(JSON.stringify({ id: 0, answer: { user: session.user_id, device: session.device_id } }) + "\n");
for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, do: what, ...about } = JSON.parse(line);
    requests[what](about).then(
        (answer) => answers.write(JSON.stringify({ id, answer: answer ?? null }) + "\n"),
        (error) => answers.write(JSON.stringify({ id, error: String(error) }) + "\n"),
    );
}
process.exit(0);
