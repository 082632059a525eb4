"""Small chat templates of the forms in which the families' own ones take tools, calls and results."""

from __future__ import annotations

HERMES = """\
{%- if tools %}<|system|>{% if messages[0].role == 'system' %}{{ messages[0].content }}
{% endif %}<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools> Answer <tool_call>...</tool_call>.<|end|>
{%- elif messages[0].role == 'system' %}<|system|>{{ messages[0].content }}<|end|>{% endif %}
{%- for m in messages %}
{%- if m.role == 'user' %}<|user|>{{ m.content }}<|end|>
{%- elif m.role == 'assistant' %}<|assistant|>
{%- if m.reasoning_content is string and loop.last %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}
{%- for call in m.tool_calls or [] %}{% if call.function %}{% set call = call.function %}{% endif %}
<tool_call>
{"name": "{{ call.name }}", "arguments": {{ call.arguments | tojson }}}
</tool_call>{% endfor %}<|end|>
{%- elif m.role == 'tool' %}<|user|>
<tool_response>
{{ m.content }}
</tool_response><|end|>{% endif %}{% endfor %}
{%- if add_generation_prompt %}<|assistant|>
{%- if enable_thinking is defined and enable_thinking is false %}<think>

</think>

{% endif %}{% endif %}"""
"""Qwen: arguments as an object."""

LLAMA = """\
{%- if tools is not none %}<|system|>Environment: ipython
{% for t in tools %}{{ t | tojson(indent=4) }}{% endfor %} Answer {"name": ..., "parameters": ...}.<|end|>{% endif %}
{%- for m in messages %}
{%- if 'tool_calls' in m %}
{%- if not m.tool_calls | length == 1 %}{{ raise_exception('This model only supports single tool-calls at once!') }}{% endif %}
{%- set call = m.tool_calls[0].function %}<|assistant|>{"name": "{{ call.name }}", "parameters": {{ call.arguments | tojson }}}<|end|>
{%- elif m.role == 'tool' %}<|ipython|>{{ m.content | tojson }}<|end|>
{%- else %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endif %}{% endfor %}<|assistant|>"""
"""Llama 3: one call a turn."""

MISTRAL = """\
{%- if tools %}[AVAILABLE_TOOLS] {{ tools | tojson }}[/AVAILABLE_TOOLS]{% endif %}
{%- for m in messages %}
{%- if m.role == 'user' %}<|user|>{{ m.content }}
{%- elif m.tool_calls is defined and m.tool_calls is not none %}[TOOL_CALLS] [
{%- for call in m.tool_calls %}{% set out = call.function | tojson %}{{ out[:-1] }}
{%- if call.id | length != 9 %}{{ raise_exception('Tool call IDs should be alphanumeric strings with length 9!') }}{% endif %}
{{- ', "id": "' + call.id + '"}' }}{{ ', ' if not loop.last else ']' }}{% endfor %}
{%- elif m.role == 'assistant' %}<|assistant|>{{ m.content }}
{%- elif m.role == 'tool' %}[TOOL_RESULTS] {"content": {{ m.content }}, "call_id": "{{ m.tool_call_id }}"}[/TOOL_RESULTS]
{%- else %}{{ raise_exception('Only user, assistant and tool roles are supported!') }}{% endif %}{% endfor %}"""
"""Mistral v3: ids of nine letters."""

PHI = """\
{%- for m in messages %}
{%- if m.role == 'system' and 'tools' in m and m.tools is not none %}<|system|>{{ m.content + '<|tool|>' + m.tools + '<|/tool|>' }}<|end|>
{%- else %}{{ '<|' + m.role + '|>' + m.content + '<|end|>' }}{% endif %}{% endfor %}<|assistant|>"""
"""Phi-4-mini: tools as a text in the system's turn, and calls not at all."""

TEXTUAL = """\
{%- if tools %}{{ tools | tojson }}{% endif %}
{%- for m in messages %}<|{{ m.role }}|>{{ m.content }}
{%- for call in m.tool_calls or [] %}<tool_call>{{ call.function.name + ' ' + call.function.arguments }}</tool_call>{% endfor %}
{%- endfor %}<|assistant|>"""
"""DeepSeek: arguments as a text."""

SMOLLM = """\
{%- if xml_tools %}<|system|>{% for tool in xml_tools %}{{ tool | tojson }}{% endfor %} <tool_call>{% endif %}
{%- for m in messages %}
{%- if m.role == 'assistant' %}<|assistant|>{{ m.content }}
{%- elif m.role in ('user', 'tool') %}<|user|>{{ m.content }}{% endif %}{% endfor %}<|assistant|>"""
"""SmolLM3: its own name for the tools, and no calls."""

CHATML = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>"
"""Of a model that knows no tools."""

GEMMA = """\
{%- for m in messages %}
{%- if m.role not in ('user', 'assistant') %}{{ raise_exception('System role not supported') }}{% endif %}
{%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}
{{- '<|' + m.role + '|>' + m.content + '<|end|>' }}{% endfor %}<|assistant|>"""
"""Neither tools nor a system prompt, and roles alternate."""

QWEN3 = """\
{%- set asked = namespace(last=-1) %}
{%- for m in messages %}{% if m.role == 'user' %}{% set asked.last = loop.index0 %}{% endif %}{% endfor %}
{%- for m in messages %}
{%- if m.role != 'assistant' %}<|{{ m.role }}|>{{ m.content }}<|end|>
{%- else %}
{%- set content, reasoning_content = m.content, '' %}
{%- if m.reasoning_content is string %}{% set reasoning_content = m.reasoning_content %}
{%- elif '</think>' in m.content %}{% set content = m.content.split('</think>')[-1].lstrip('\\n') %}{% endif %}
{%- if loop.index0 > asked.last %}<|assistant|>{{ '<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content }}
{%- else %}<|assistant|>{{ content }}{% endif %}<|end|>{% endif %}{% endfor %}
{%- if add_generation_prompt %}<|assistant|>
{%- if enable_thinking is defined and enable_thinking is false %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}"""
"""Qwen3: thinks unless it is told not to; reasoning is shown after the last question only."""

SMOLLM3 = """\
{%- if enable_thinking is not defined %}{% set enable_thinking = true %}{% endif %}
{%- set mode = '/think' if enable_thinking else '/no_think' %}<|system|>Reasoning Mode: {{ mode }}<|end|>
{%- for m in messages %}
{%- if m.role == 'assistant' and mode == '/no_think' %}<|assistant|>{{ '<think>\\n\\n</think>\\n' + m.content }}<|end|>
{%- elif m.role != 'system' %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endif %}{% endfor %}
{%- if add_generation_prompt %}<|assistant|>
{%- if mode == '/no_think' %}{{ '<think>\\n\\n</think>\\n' }}{% endif %}{% endif %}"""
"""SmolLM3: the mode is told to the model, too; it knows no field for the reasoning of earlier answers."""

DEEPSEEK = """\
{%- for m in messages %}
{%- if m.role == 'assistant' %}{% set content = m.content %}
{%- if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}<|assistant|>{{ content }}<|end|>
{%- else %}<|{{ m.role }}|>{{ m.content }}{% endif %}{% endfor %}
{%- if add_generation_prompt %}<|assistant|>{{ '<think>\\n' }}{% endif %}"""
"""DeepSeek R1: the prompt opens the reasoning, which cannot be switched off."""

GRANITE = """\
{%- for m in messages %}<|{{ m.role }}|>{{ m.content.split('</thought>')[-1] }}<|end|>{% endfor %}<|assistant|>
{%- if thinking %}{{ '<thought>\\n' }}{% endif %}"""
"""Marks of its own, another name for the switch, and it does not think unless it is told to."""


GLM = """\
{%- if tools %}<|system|>{% for tool in tools %}
{{ tool | tojson }}{% endfor %} Answer <tool_call>{name}
<arg_key>{key}</arg_key>
<arg_value>{value}</arg_value></tool_call>{% endif %}
{%- for m in messages %}
{%- if m.role == 'assistant' %}<|assistant|>{{ m.content }}{% for call in m.tool_calls or [] %}
<tool_call>{{ call.function.name }}
{% for key, value in call.function.arguments.items() %}<arg_key>{{ key }}</arg_key>
<arg_value>{{ value | tojson if value is not string else value }}</arg_value>
{% endfor %}</tool_call>{% endfor %}
{%- elif m.role == 'tool' %}<|observation|><tool_response>{{ m.content }}</tool_response>
{%- else %}<|{{ m.role }}|>{{ m.content }}{% endif %}{% endfor %}<|assistant|>"""
"""GLM 4.5 and later: each argument in tags."""

FENCED = """\
{%- for m in messages %}
{%- if m.role == 'assistant' and m.tool_calls %}<|assistant|><｜tool▁calls▁begin｜>
{%- for call in m.tool_calls %}{{ '<｜tool▁call▁begin｜>' + call.type + '<｜tool▁sep｜>' + call.function.name }}
{{ '```json' }}
{{ call.function.arguments }}
{{ '```<｜tool▁call▁end｜>' }}{% endfor %}<｜tool▁calls▁end｜>
{%- elif m.role == 'tool' %}<｜tool▁output▁begin｜>{{ m.content }}<｜tool▁output▁end｜>
{%- else %}<|{{ m.role }}|>{{ m.content }}{% endif %}{% endfor %}<|assistant|>"""
"""DeepSeek R1: calls and results, but not the tools; arguments as a text, in a fence."""

CHANNELS = """\
{%- if tools %}<|start|>developer<|message|># Tools
{% for tool in tools %}// {{ tool.function.description }}
type {{ tool.function.name }} = {{ tool.function.parameters | tojson }}
{% endfor %}<|end|>{% endif %}
{%- for m in messages %}
{%- if m.role == 'assistant' and 'tool_calls' in m %}{% set call = m.tool_calls[0].function %}
{%- if m.content and m.thinking %}{{ raise_exception('one of the two') }}{% endif %}
{%- if message is not defined %}{% set message = m %}{% endif %}
{%- if message.thinking %}<|start|>assistant<|channel|>analysis<|message|>{{ m.thinking }}<|end|>{% endif %}
{{- '<|start|>assistant to=functions.' + call.name + '<|channel|>commentary json<|message|>' + call.arguments | tojson }}<|call|>
{%- elif m.role == 'tool' %}<|start|>functions to=assistant<|channel|>commentary<|message|>{{ m.content }}<|end|>
{%- else %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endif %}{% endfor %}<|start|>assistant"""
"""gpt-oss: one call a turn, and silence about the others."""
