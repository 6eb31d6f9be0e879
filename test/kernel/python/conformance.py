"""jupyter_kernel_test with all samples that the suite supports."""

import unittest

import jupyter_kernel_test

KERNEL = "fast-by-friday"


class TypeScript(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('test')"
    completion_samples = [
        {"text": "JSON.str", "matches": {"stringify"}},
        {"text": "Object.getOwnPropertyS", "matches": {"getOwnPropertySymbols"}},
    ]
    complete_code_samples = ["1", "const x: number = 1", "function f() {\n  return 1;\n}", "`a\nb`"]
    incomplete_code_samples = ["function f() {", "const x = [1,", "`unclosed", "if (1) {\n"]
    invalid_code_samples = ["import = 7q", "const 7 = x", "}"]
    code_page_something = "?Math.max"
    code_generate_error = "throw new Error('no')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "['a', 1]", "result": "[ 'a', 1 ]"},
        {"code": "const late: number = await Promise.resolve(3); late", "result": "3"},
    ]
    code_display_data = [
        {"code": "jupyter.display({ 'text/html': '<b>x</b>' })", "mime": "text/html"},
        {"code": "jupyter.display({ 'image/png': new Uint8Array([1]) })", "mime": "image/png"},
        {
            "code": "import * as tslab from 'tslab'; tslab.display.markdown('# x')",
            "mime": "text/markdown",
        },
    ]
    code_history_pattern = "6*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "jupyter.clear()"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
