// Answers to expressions by the reference implementation: reads lines of {"text", "document"}, writes a line each,
// {"value"}, {"undefined"}, {"function"}, {"code", "message", "position"} or, where none came in time, {"endless"}. The
// package lies where NODE_PATH says.
const { Worker, isMainThread, parentPort } = require('worker_threads');

// Milliseconds for one expression, and megabytes: some send the reference round for ever.
const PATIENCE = 10_000;
const MEMORY = { maxOldGenerationSizeMb: 512 };

// A function that is applied without a call (`1 ~> $sum`) tells of the place where it was last called, in another
// expression even; these are made to forget it.
const APPLIED = ['count', 'string', 'sum', 'keys', 'reverse'];

if (isMainThread) ask();
else answerAll();

// A worker answers; one that does not come back is given up, and another takes its place.
async function ask() {
    const lines = require('readline').createInterface({ input: process.stdin });
    let worker;
    for await (const line of lines) {
        worker ??= hire();
        const answer = await answerOf(worker, line);
        console.log(answer ?? '{"endless":true}');
        if (answer === undefined) {
            await worker.terminate();
            worker = undefined;
        }
    }
    await worker?.terminate();
}

function hire() {
    const worker = new Worker(__filename, { resourceLimits: MEMORY });
    worker.on('message', (answer) => worker.settle(answer));
    worker.on('error', () => worker.settle());
    return worker;
}

function answerOf(worker, line) {
    return new Promise((resolve) => {
        const timer = setTimeout(() => worker.settle(), PATIENCE);
        worker.settle = (answer) => {
            clearTimeout(timer);
            resolve(answer);
        };
        worker.postMessage(line);
    });
}

async function answerAll() {
    const jsonata = require('jsonata');
    // The reference starts the parts of an array or object all at once and tells of the error that is thrown first in
    // time; told in the order of the text, as the language has it, it is the same in every implementation.
    Promise.all = async (started) => {
        started.forEach((part) => part.catch(() => {}));
        const results = [];
        for (const part of started) results.push(await part);
        return results;
    };
    const functions = await Promise.all(APPLIED.map((name) => jsonata('$' + name).evaluate()));
    parentPort.on('message', async (line) => {
        for (const known of functions) delete known.token, delete known.position;
        parentPort.postMessage(JSON.stringify(await answer(jsonata, JSON.parse(line))));
    });
}

async function answer(jsonata, { text, document }) {
    try {
        const value = await jsonata(text).evaluate(document);
        if (value === undefined) return { undefined: true };
        if (typeof value === 'function' || value._jsonata_lambda || value._jsonata_function) return { function: true };
        const plain = (key, item) =>
            typeof item === 'number' && !isFinite(item) ? String(item)
                : typeof item === 'function' || (item && (item._jsonata_lambda || item._jsonata_function)) ? '' : item;
        return { value: JSON.parse(JSON.stringify(value, plain)) };
    } catch (error) {
        // What JavaScript itself throws has no code.
        return { code: error.code || 'none', message: String(error.message), position: error.position };
    }
}
