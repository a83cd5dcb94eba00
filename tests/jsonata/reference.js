// Answers to expressions by the reference implementation: reads lines of {"text", "document"}, writes a line each,
// {"value"}, {"undefined"}, {"function"} or {"code", "message"}. The package lies where NODE_PATH says.
const jsonata = require('jsonata');
const lines = require('readline').createInterface({ input: process.stdin });

async function answer({ text, document }) {
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
        return { code: error.code || 'none', message: String(error.message) };
    }
}

(async () => {
    for await (const line of lines) console.log(JSON.stringify(await answer(JSON.parse(line))));
})();
