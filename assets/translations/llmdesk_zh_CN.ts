<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>llmdesk</name>
    <message>
        <source> with a context of {shortest:,} tokens</source>
        <translation>（上下文 {shortest:,} 个 token）</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s), {size}</source>
        <translation>
            <numerusform>%Ln 个回答，{size}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s)</source>
        <translation>
            <numerusform>%Ln 个对话</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) could not be read: {reason}</source>
        <translation>
            <numerusform>无法读取 %Ln 个对话：{reason}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>已导入 %Ln 个对话。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%Ln 个核心</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be imported.</source>
        <translation>
            <numerusform>%Ln 个无法导入。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) are attached, which is the most.</source>
        <translation>
            <numerusform>已附加 %Ln 个文件，已达上限。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be read</source>
        <translation>
            <numerusform>%Ln 个文件无法读取</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>已删除 %Ln 条消息。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%Ln 个模型</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) in memory</source>
        <translation>
            <numerusform>内存中有 %Ln 个模型</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more do(es) not fit this machine.</source>
        <translation>
            <numerusform>另有 %Ln 个不适合本机。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more mistake(s) in the file.</source>
        <translation>
            <numerusform>文件中还有 %Ln 处错误。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more: type a part of its name above.</source>
        <translation>
            <numerusform>还有 %Ln 个：请在上方输入名称的一部分。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them empty.</source>
        <translation>
            <numerusform>其中 %Ln 个为空。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them here already, left as before.</source>
        <translation>
            <numerusform>其中 %Ln 个已存在，保持不变。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s)</source>
        <translation>
            <numerusform>%Ln 个段落</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n piece(s)</source>
        <translation>
            <numerusform>%Ln 段</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s) taken in.</source>
        <translation>
            <numerusform>已导入 %Ln 个提示词。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n repetition(s), after a warm-up</source>
        <translation>
            <numerusform>预热后重复 %Ln 次</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%Ln 个线程</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%Ln 个 token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) at most</source>
        <translation>
            <numerusform>最多 %Ln 个 token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) so far</source>
        <translation>
            <numerusform>已生成 %Ln 个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>({count} times) {text}</source>
        <translation>（{count} 次）{text}</translation>
    </message>
    <message>
        <source>, {time} left</source>
        <translation>，还需 {time}</translation>
    </message>
    <message>
        <source>0 always takes the likeliest token.</source>
        <translation>0 表示始终选择最可能的 token。</translation>
    </message>
    <message>
        <source>0: always the likeliest token</source>
        <translation>0：始终选择最可能的 token</translation>
    </message>
    <message>
        <source>0: off</source>
        <translation>0：关闭</translation>
    </message>
    <message>
        <source>127.0.0.1 is this machine only, 0.0.0.0 all its networks; ports below 1024 are the system's.</source>
        <translation>127.0.0.1 仅限本机，0.0.0.0 表示所有网络；1024 以下的端口由系统保留。</translation>
    </message>
    <message>
        <source>16 bits, as trained; largest and slowest</source>
        <translation>16 位，与训练时相同；最大且最慢</translation>
    </message>
    <message>
        <source>1: off</source>
        <translation>1：关闭</translation>
    </message>
    <message>
        <source>4 bits, a quarter of the memory, fastest; some loss</source>
        <translation>4 位，四分之一内存，最快；略有损失</translation>
    </message>
    <message>
        <source>64 hexadecimal digits</source>
        <translation>64 个十六进制数字</translation>
    </message>
    <message>
        <source>8 bits, half the memory, hardly any loss</source>
        <translation>8 位，内存减半，几乎无损失</translation>
    </message>
    <message>
        <source>A GGUF file of this kind cannot say all that this model is ({what}).</source>
        <translation>此类 GGUF 文件无法完整表达该模型（{what}）。</translation>
    </message>
    <message>
        <source>A PIN has {least} to {most} digits.</source>
        <translation>PIN 由 {least} 到 {most} 位数字组成。</translation>
    </message>
    <message>
        <source>A benchmark is running already. Measure this one when it is over.</source>
        <translation>已有基准测试在运行。请在其结束后再测量此模型。</translation>
    </message>
    <message>
        <source>A blue sky</source>
        <translation>蓝天</translation>
    </message>
    <message>
        <source>A chat gets its title from the model, when that has nothing else to do; off: from its first words.</source>
        <translation>模型空闲时为对话生成标题；关闭：使用开头的文字。</translation>
    </message>
    <message>
        <source>A draw: {winner} and {slowest} write equally fast.</source>
        <translation>平局：{winner} 与 {slowest} 写得一样快。</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>有文件仍在读取。</translation>
    </message>
    <message>
        <source>A file or folder is put on the list first: `llmdesk models add PATH` says the id to give here.</source>
        <translation>文件或文件夹需先加入列表：`llmdesk models add PATH` 会给出此处所需的 ID。</translation>
    </message>
    <message>
        <source>A guess while the model cannot count: tokens that the next prompt takes; a click shows its parts</source>
        <translation>模型无法计数时的估算：下一个提示词占用的 token 数；点击查看各部分</translation>
    </message>
    <message>
        <source>A heat pump</source>
        <translation>热泵</translation>
    </message>
    <message>
        <source>A key does not belong into the file of a service, which programs can read.</source>
        <translation>密钥不应写入服务文件，其他程序可以读取它。</translation>
    </message>
    <message>
        <source>A key for others in the network has {count} letters at least.</source>
        <translation>供网络中其他人使用的密钥至少需要 {count} 个字符。</translation>
    </message>
    <message>
        <source>A key is known only when it is made: make a new one to show a QR code for phones.</source>
        <translation>密钥仅在创建时可见：请创建新密钥以显示手机用的二维码。</translation>
    </message>
    <message>
        <source>A link brings words for the prompt. Take them in place of what stands there?</source>
        <translation>链接带来了提示词文本。要用它替换现有内容吗？</translation>
    </message>
    <message>
        <source>A link wrote this prompt. Read it before you send it.</source>
        <translation>此提示词由链接写入。发送前请先阅读。</translation>
    </message>
    <message>
        <source>A llamafile is a zip archive too: unpack it, and open the .gguf file in it.</source>
        <translation>llamafile 也是 ZIP 压缩包：请解压并打开其中的 .gguf 文件。</translation>
    </message>
    <message>
        <source>A matrix of this model has rows of several forms: GGUF files cannot hold it.</source>
        <translation>此模型的一个矩阵含有多种形式的行：GGUF 文件无法容纳它。</translation>
    </message>
    <message>
        <source>A model is unloaded after so long without use; 0: never.</source>
        <translation>模型闲置这么久后卸载；0：从不。</translation>
    </message>
    <message>
        <source>A model was loaded and ready from here on.</source>
        <translation>从此处起模型已加载并就绪。</translation>
    </message>
    <message>
        <source>A newer version of llmdesk wrote this.</source>
        <translation>由更新版本的 llmdesk 写入。</translation>
    </message>
    <message>
        <source>A prompt is told so many passages of folders at most.</source>
        <translation>一条提示词最多附上这么多段文件夹中的内容。</translation>
    </message>
    <message>
        <source>A prompt's file has title = "..." and text = "...".</source>
        <translation>提示词文件应包含 title = "..." 和 text = "..."。</translation>
    </message>
    <message>
        <source>A question that leaves no room for a whole answer is refused.</source>
        <translation>没有空间容纳完整回答的问题将被拒绝。</translation>
    </message>
    <message>
        <source>A replay cannot be recorded.</source>
        <translation>无法录制回放。</translation>
    </message>
    <message>
        <source>A server that speaks OpenAI's language: Ollama, vLLM, llama.cpp, LM Studio, another llmdesk.</source>
        <translation>使用 OpenAI 接口的服务器：Ollama、vLLM、llama.cpp、LM Studio，或另一个 llmdesk。</translation>
    </message>
    <message>
        <source>A short turn after {history:,} tokens</source>
        <translation>{history:,} 个 token 之后的一轮短对话</translation>
    </message>
    <message>
        <source>A step of the demo did not end within {seconds} s.</source>
        <translation>演示的一个步骤未在 {seconds} 秒内结束。</translation>
    </message>
    <message>
        <source>A story</source>
        <translation>一个故事</translation>
    </message>
    <message>
        <source>A tokenizer of the kind “{kind}” cannot be written into a GGUF file yet.</source>
        <translation>“{kind}”类型的分词器还不能写入 GGUF 文件。</translation>
    </message>
    <message>
        <source>A train goes 120 km in 90 minutes. How fast is it? Explain step by step.</source>
        <translation>一列火车 90 分钟行驶 120 公里，速度是多少？请逐步说明。</translation>
    </message>
    <message>
        <source>A whole answer has no room: the chat has {tokens:,} tokens, an answer may take {answer:,}, and the context holds {context_tokens:,}.</source>
        <translation>空间不足以容纳完整回答：对话有 {tokens:,} 个 token，回答最多可用 {answer:,} 个，上下文共 {context_tokens:,} 个。</translation>
    </message>
    <message>
        <source>API</source>
        <translation>API</translation>
    </message>
    <message>
        <source>API failed</source>
        <translation>API 失败</translation>
    </message>
    <message>
        <source>API open to the network</source>
        <translation>API 对网络开放</translation>
    </message>
    <message>
        <source>API open to the network, {count} running</source>
        <translation>API 对网络开放，{count} 个运行中</translation>
    </message>
    <message>
        <source>API …</source>
        <translation>API …</translation>
    </message>
    <message>
        <source>API, {count} running</source>
        <translation>API，{count} 个运行中</translation>
    </message>
    <message>
        <source>About llmdesk</source>
        <translation>关于 llmdesk</translation>
    </message>
    <message>
        <source>About {total} tokens; the model is not loaded.</source>
        <translation>约 {total} 个 token；模型未加载。</translation>
    </message>
    <message>
        <source>Accept the licence on https://huggingface.co/{repository}, then give llmdesk a token of yours with `llmdesk models login` (or set HF_TOKEN) and fetch it again.</source>
        <translation>请在 https://huggingface.co/{repository} 接受许可协议，然后用 `llmdesk models login` 把你的令牌交给 llmdesk（或设置 HF_TOKEN），再重新获取。</translation>
    </message>
    <message>
        <source>Actions and chats</source>
        <translation>操作和对话</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add a folder in sentence-transformers' form (`llmdesk models add PATH`).</source>
        <translation>请添加 sentence-transformers 格式的文件夹（`llmdesk models add PATH`）。</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Add a lane</source>
        <translation>添加赛道</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>添加服务器</translation>
    </message>
    <message>
        <source>Add a server…</source>
        <translation>添加服务器…</translation>
    </message>
    <message>
        <source>Add an embedding model (a folder in sentence-transformers' form) and name that one.</source>
        <translation>请添加嵌入模型（sentence-transformers 格式的文件夹）并指定它。</translation>
    </message>
    <message>
        <source>Add another folder to {name}</source>
        <translation>为 {name} 添加另一个文件夹</translation>
    </message>
    <message>
        <source>Add key</source>
        <translation>添加密钥</translation>
    </message>
    <message>
        <source>Add the folders again.</source>
        <translation>请重新添加这些文件夹。</translation>
    </message>
    <message>
        <source>Add {name}</source>
        <translation>添加 {name}</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>After this answer</source>
        <translation>此回答之后</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>重播</translation>
    </message>
    <message>
        <source>All collections…</source>
        <translation>所有文件集…</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>所有网络</translation>
    </message>
    <message>
        <source>Also compares with the same model in float32; takes minutes and its memory.</source>
        <translation>还与 float32 的同一模型比较；需要几分钟和相应的内存。</translation>
    </message>
    <message>
        <source>An answer ended with an error.</source>
        <translation>有一个回答因错误而结束。</translation>
    </message>
    <message>
        <source>An answer has ended in “{title}”.</source>
        <translation>“{title}”中的回答已结束。</translation>
    </message>
    <message>
        <source>An answer is being written there.</source>
        <translation>那里正在生成回答。</translation>
    </message>
    <message>
        <source>An answer is being written.</source>
        <translation>正在生成回答。</translation>
    </message>
    <message>
        <source>An answer is being written. Change the model</source>
        <translation>正在生成回答。更换模型</translation>
    </message>
    <message>
        <source>An answer is being written. Change to {precision}</source>
        <translation>正在生成回答。切换到 {precision}</translation>
    </message>
    <message>
        <source>An answer never gets longer than this</source>
        <translation>回答不会超过此长度</translation>
    </message>
    <message>
        <source>An answer that the server gives is stopped after so long.</source>
        <translation>服务器的回答超过此时长会被停止。</translation>
    </message>
    <message>
        <source>An icon beside the clock; llmdesk goes on there when its window is closed, until it is quit.</source>
        <translation>在时钟旁显示图标；关闭窗口后 llmdesk 在那里继续运行，直到退出。</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>还有 %Ln 个。</numerusform>
        </translation>
    </message>
    <message>
        <source>Another export or import is under way.</source>
        <translation>另一个导出或导入正在进行。</translation>
    </message>
    <message>
        <source>Another llmdesk keeps it. What you chose counts until this one ends.</source>
        <translation>另一个 llmdesk 正在占用它。所选设置在本程序结束前有效。</translation>
    </message>
    <message>
        <source>Another model took its memory meanwhile.</source>
        <translation>其内存已被另一个模型占用。</translation>
    </message>
    <message>
        <source>Another model was chosen meanwhile.</source>
        <translation>期间选择了另一个模型。</translation>
    </message>
    <message>
        <source>Another program listens at port {port} already, perhaps llmdesk serve.</source>
        <translation>已有其他程序监听端口 {port}，可能是 llmdesk serve。</translation>
    </message>
    <message>
        <source>Another program listens at port {port} already.</source>
        <translation>已有其他程序在监听端口 {port}。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Answer cache</source>
        <translation>回答缓存</translation>
    </message>
    <message>
        <source>Answer text</source>
        <translation>回答文本</translation>
    </message>
    <message>
        <source>Answer, its beginning: {words} …</source>
        <translation>回答，开头：{words} …</translation>
    </message>
    <message>
        <source>Answer: {words}</source>
        <translation>回答：{words}</translation>
    </message>
    <message>
        <source>Answering</source>
        <translation>正在回答</translation>
    </message>
    <message>
        <source>Answering: {title}</source>
        <translation>正在回答：{title}</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Answers come from {server}</source>
        <translation>回答来自 {server}</translation>
    </message>
    <message>
        <source>Any licence</source>
        <translation>任意许可</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>Archive the chat</source>
        <translation>归档对话</translation>
    </message>
    <message>
        <source>Archived chats</source>
        <translation>已归档的对话</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>算术</translation>
    </message>
    <message>
        <source>As its owner describes it</source>
        <translation>发布者的描述</translation>
    </message>
    <message>
        <source>As llama-bench measures: token ids in, logits out.</source>
        <translation>与 llama-bench 的测法相同：输入 token 编号，输出 logits。</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>As {precision}, {count} tokens</source>
        <translation>使用 {precision}，{count} 个 token</translation>
    </message>
    <message>
        <source>Ask again, or ask otherwise.</source>
        <translation>请重新提问，或换一种问法。</translation>
    </message>
    <message>
        <source>Ask again.</source>
        <translation>请重新提问。</translation>
    </message>
    <message>
        <source>Ask in a new chat.</source>
        <translation>请在新对话中提问。</translation>
    </message>
    <message>
        <source>Ask otherwise in a new chat</source>
        <translation>在新对话中换种问法</translation>
    </message>
    <message>
        <source>Ask your files something</source>
        <translation>向文件提问</translation>
    </message>
    <message>
        <source>Asking for the files…</source>
        <translation>正在查询文件…</translation>
    </message>
    <message>
        <source>Asking the hub…</source>
        <translation>正在询问 Hub…</translation>
    </message>
    <message>
        <source>Asking {host}…</source>
        <translation>正在询问 {host}…</translation>
    </message>
    <message>
        <source>At {host} others in the network could use this server, and no key keeps them from it.</source>
        <translation>监听 {host} 时，网络中的其他人可以使用此服务器，且没有密钥阻止他们。</translation>
    </message>
    <message>
        <source>Attach a part of it, or remove it.</source>
        <translation>请附加其中一部分，或将其移除。</translation>
    </message>
    <message>
        <source>Attach a part of it.</source>
        <translation>请只附加其中一部分。</translation>
    </message>
    <message>
        <source>Attach a single file in the chat, with the paper clip.</source>
        <translation>请在对话中用回形针附加单个文件。</translation>
    </message>
    <message>
        <source>Attach files or images</source>
        <translation>附加文件或图片</translation>
    </message>
    <message>
        <source>Attach text, code, Markdown, CSV, PDF, DOCX, XLSX or an image.</source>
        <translation>请附加文本、代码、Markdown、CSV、PDF、DOCX、XLSX 或图片。</translation>
    </message>
    <message>
        <source>Attach the files that the question is about.</source>
        <translation>请附加与问题相关的文件。</translation>
    </message>
    <message>
        <source>Attached file</source>
        <translation>附加的文件</translation>
    </message>
    <message>
        <source>Attached files</source>
        <translation>已附加的文件</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Back from the archive to the chats</source>
        <translation>从归档返回对话列表</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>返回实时</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>移回列表</translation>
    </message>
    <message>
        <source>Back to what was found</source>
        <translation>返回搜索结果</translation>
    </message>
    <message>
        <source>Back up chats and settings</source>
        <translation>备份对话和设置</translation>
    </message>
    <message>
        <source>Back up chats and settings…</source>
        <translation>备份对话和设置…</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>后端</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Being read</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>Being typed</source>
        <translation>正在输入</translation>
    </message>
    <message>
        <source>Benchmark</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Beside it lies {name}, with which it could see images, in a way that llmdesk does not read for this model ({kind}); it is used for texts only.</source>
        <translation>旁边有 {name}，凭它本可以看图像，但其方式（{kind}）llmdesk 对此模型不支持读取；该模型只用于文本。</translation>
    </message>
    <message>
        <source>Beside the speed stands the quality: the lane of the highest precision is the reference, and the others of its vocabulary are compared with its answer. Chats wait until the race is over.</source>
        <translation>速度旁边列出质量：精度最高的赛道作为参照，词表相同的其他赛道与它的回答比较。比赛结束前对话会等待。</translation>
    </message>
    <message>
        <source>Between the two: faster memory would help, and so would faster cores.</source>
        <translation>介于两者之间：更快的内存或更快的核心都会有帮助。</translation>
    </message>
    <message>
        <source>Break the line</source>
        <translation>换行</translation>
    </message>
    <message>
        <source>Bring back the key {name}</source>
        <translation>恢复密钥 {name}</translation>
    </message>
    <message>
        <source>Bring it back there, or remove the model from the list and open it from its new place.</source>
        <translation>请将其移回，或从列表中移除该模型后从新位置打开。</translation>
    </message>
    <message>
        <source>Bring “{name}” back</source>
        <translation>恢复“{name}”</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>按日期</translation>
    </message>
    <message>
        <source>By model</source>
        <translation>按模型</translation>
    </message>
    <message>
        <source>Bytes of the loaded weights and of the keys and values that each token reads, times steps per second, as a share of the memory's speed: the fastest reading of the last 15 minutes, by a probe that runs while nothing else does, or by the model itself.</source>
        <translation>每个 token 读取的已加载权重及键值的字节数乘以每秒步数，占内存速度的比例；内存速度取最近 15 分钟内最快的读取，由空闲时的探测或模型本身测得。</translation>
    </message>
    <message numerus="yes">
        <source>Calibrated by %n measurement(s) on this machine.</source>
        <translation>
            <numerusform>由本机的 %Ln 次测量校准。</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cannot be attached</source>
        <translation>无法附加</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Chat so far, with the model's marks</source>
        <translation>现有对话（含模型标记）</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Chats are kept on this machine; off: what is written from then on is gone when the window is closed.</source>
        <translation>对话保存在本机；关闭：此后所写内容在窗口关闭时消失。</translation>
    </message>
    <message>
        <source>Chats are not saved: another program has locked {file}.</source>
        <translation>对话未保存：其他程序锁定了 {file}。</translation>
    </message>
    <message>
        <source>Chats are not saved: {error}.</source>
        <translation>对话未保存：{error}。</translation>
    </message>
    <message>
        <source>Chats are not saved: {file} cannot be written.</source>
        <translation>对话未保存：无法写入 {file}。</translation>
    </message>
    <message>
        <source>Chats saved from it: {count}. The old file is kept as {place}.</source>
        <translation>从中恢复的对话：{count}。旧文件保留为 {place}。</translation>
    </message>
    <message>
        <source>Chats wait until it is over.</source>
        <translation>结束之前对话会等待。</translation>
    </message>
    <message>
        <source>Check HTTPS_PROXY and HTTP_PROXY.</source>
        <translation>请检查 HTTPS_PROXY 和 HTTP_PROXY。</translation>
    </message>
    <message>
        <source>Check HTTP_PROXY and NO_PROXY.</source>
        <translation>请检查 HTTP_PROXY 和 NO_PROXY。</translation>
    </message>
    <message>
        <source>Check hub.endpoint in the settings. Some networks ask for a login in the browser first.</source>
        <translation>请检查设置中的 hub.endpoint。有些网络需要先在浏览器中登录。</translation>
    </message>
    <message>
        <source>Check its folder's rights, and the disk.</source>
        <translation>请检查其文件夹的权限和磁盘。</translation>
    </message>
    <message>
        <source>Check its folder's rights, and the disk. What you chose counts until llmdesk ends.</source>
        <translation>请检查其文件夹的权限和磁盘。所选设置在 llmdesk 结束前有效。</translation>
    </message>
    <message>
        <source>Check the address and the network.</source>
        <translation>请检查地址和网络。</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>请检查地址。</translation>
    </message>
    <message>
        <source>Check the address; most begin their API at /v1, as in http://10.0.0.5:8000/v1.</source>
        <translation>请检查地址；大多数 API 以 /v1 开头，如 http://10.0.0.5:8000/v1。</translation>
    </message>
    <message>
        <source>Check the folder's rights.</source>
        <translation>请检查文件夹权限。</translation>
    </message>
    <message>
        <source>Check the name; for a private repository give llmdesk a token of yours with `llmdesk models login`, or set HF_TOKEN.</source>
        <translation>请检查名称；如果是私有仓库，请用 `llmdesk models login` 把你的令牌交给 llmdesk，或设置 HF_TOKEN。</translation>
    </message>
    <message>
        <source>Check the network and the address.</source>
        <translation>请检查网络和地址。</translation>
    </message>
    <message>
        <source>Check the network and the server, then ask again.</source>
        <translation>请检查网络和服务器，然后重新提问。</translation>
    </message>
    <message>
        <source>Check the network, and HTTPS_PROXY (or hub.proxy in the settings) if you need a proxy.</source>
        <translation>请检查网络；如需代理，请检查 HTTPS_PROXY（或设置中的 hub.proxy）。</translation>
    </message>
    <message>
        <source>Check the network, and HTTPS_PROXY if you need a proxy.</source>
        <translation>请检查网络；如需代理，请检查 HTTPS_PROXY。</translation>
    </message>
    <message>
        <source>Check the network, and HTTPS_PROXY if you need a proxy. Then fetch it again.</source>
        <translation>请检查网络；如需代理，请检查 HTTPS_PROXY。然后重新获取。</translation>
    </message>
    <message>
        <source>Check the network, and HTTPS_PROXY if you need a proxy; `llmdesk --debug` shows what pip said.</source>
        <translation>请检查网络；如需代理，请检查 HTTPS_PROXY；`llmdesk --debug` 可显示 pip 的输出。</translation>
    </message>
    <message>
        <source>Check the network.</source>
        <translation>请检查网络。</translation>
    </message>
    <message>
        <source>Check the rights of its folder, and the disk.</source>
        <translation>请检查其文件夹的权限和磁盘。</translation>
    </message>
    <message>
        <source>Choose a PIN of {least} to {most} digits. It ends stand mode.</source>
        <translation>请设置 {least} 到 {most} 位数字的 PIN，用于退出展台模式。</translation>
    </message>
    <message>
        <source>Choose a chat model; programs use this one through the server's /v1/embeddings.</source>
        <translation>请选择对话模型；程序可通过服务器的 /v1/embeddings 使用此模型。</translation>
    </message>
    <message>
        <source>Choose a file of another quantisation, for example Q4_K_M.</source>
        <translation>请选择其他量化方式的文件，例如 Q4_K_M。</translation>
    </message>
    <message>
        <source>Choose a folder that exists.</source>
        <translation>请选择一个存在的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder to search</source>
        <translation>选择要搜索的文件夹</translation>
    </message>
    <message>
        <source>Choose a folder with notes, manuals, code or tables, or drop one here: text, Markdown, PDF, DOCX, XLSX, CSV.</source>
        <translation>选择包含笔记、手册、代码或表格的文件夹，或将其拖到此处：文本、Markdown、PDF、DOCX、XLSX、CSV。</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Choose a model of an architecture that transformers knows.</source>
        <translation>请选择 transformers 支持的架构的模型。</translation>
    </message>
    <message>
        <source>Choose a model that writes text (a causal language model), with safetensors files or as GGUF.</source>
        <translation>请选择能生成文本的模型（因果语言模型），safetensors 或 GGUF 格式均可。</translation>
    </message>
    <message>
        <source>Choose a model that writes text (a causal language model).</source>
        <translation>请选择能生成文本的模型（因果语言模型）。</translation>
    </message>
    <message>
        <source>Choose another embedding model, for example of BERT's or Qwen3's kind.</source>
        <translation>请选择其他嵌入模型，例如 BERT 或 Qwen3 类型。</translation>
    </message>
    <message>
        <source>Choose another file, or remove it.</source>
        <translation>请选择其他文件，或将其移除。</translation>
    </message>
    <message>
        <source>Choose another folder for this collection</source>
        <translation>为此文件集选择另一个文件夹</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请换一个名称。</translation>
    </message>
    <message>
        <source>Choose another one, for example Q4_K_M.</source>
        <translation>请选择其他量化方式，例如 Q4_K_M。</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>请选择其他位置。</translation>
    </message>
    <message>
        <source>Choose another port below.</source>
        <translation>请在下方选择其他端口。</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>请选择其他文件。</translation>
    </message>
    <message>
        <source>Choose one in the model list ({key}).</source>
        <translation>请在模型列表中选择（{key}）。</translation>
    </message>
    <message>
        <source>Choose one that does, or leave the images out.</source>
        <translation>请选择能看图片的模型，或去掉图片。</translation>
    </message>
    <message>
        <source>Choose the same model with plain weights, or as a GGUF file.</source>
        <translation>请选择未打包权重的同一模型，或其 GGUF 文件。</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close it. {again}</source>
        <translation>请关闭该程序。{again}</translation>
    </message>
    <message>
        <source>Close its window and its server, then try again.</source>
        <translation>关闭其窗口和服务器，然后重试。</translation>
    </message>
    <message>
        <source>Close llmdesk and try again; a damaged file is mended when the window opens.</source>
        <translation>关闭 llmdesk 后重试；损坏的文件会在窗口打开时修复。</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>请关闭其他程序，或选择更小的模型。</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model or a lower precision.</source>
        <translation>请关闭其他程序，或选择更小的模型或更低的精度。</translation>
    </message>
    <message>
        <source>Close other programs, or measure a lower precision or a smaller model.</source>
        <translation>请关闭其他程序，或测量更低的精度或更小的模型。</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Close what may have it open, and try again.</source>
        <translation>请关闭可能正在使用它的程序，然后重试。</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Collection {name}</source>
        <translation>文件集 {name}</translation>
    </message>
    <message>
        <source>Collections</source>
        <translation>文件集</translation>
    </message>
    <message>
        <source>Collections for this chat</source>
        <translation>此对话的文件集</translation>
    </message>
    <message>
        <source>Collections for this chat: {names}</source>
        <translation>此对话的文件集：{names}</translation>
    </message>
    <message>
        <source>Collections of this chat</source>
        <translation>本对话的文件集</translation>
    </message>
    <message>
        <source>Compares with the same model in float32; takes minutes and its memory.</source>
        <translation>与同一模型的 float32 版本比较；需要数分钟及其所需内存。</translation>
    </message>
    <message>
        <source>Comparing with float32: {done:,} of {total:,} tokens</source>
        <translation>正在与 float32 比较：{done:,} / {total:,} 个 token</translation>
    </message>
    <message>
        <source>Comparing {precision} with float32</source>
        <translation>正在将 {precision} 与 float32 比较</translation>
    </message>
    <message>
        <source>Conditions</source>
        <translation>条件</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Context used</source>
        <translation>已用上下文</translation>
    </message>
    <message>
        <source>Context: {text}</source>
        <translation>上下文：{text}</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Continue the last answer</source>
        <translation>继续上一个回答</translation>
    </message>
    <message>
        <source>Continue with {model}</source>
        <translation>用 {model} 继续</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>对比度</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话内容</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation>复制回答</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Copy as plain text</source>
        <translation>复制为纯文本</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Copy conversation</source>
        <translation>复制对话</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详细信息</translation>
    </message>
    <message>
        <source>Copy it again, without line breaks.</source>
        <translation>请重新复制，不要带换行。</translation>
    </message>
    <message>
        <source>Copy link address</source>
        <translation>复制链接地址</translation>
    </message>
    <message>
        <source>Copy or download all parts of one model into one folder.</source>
        <translation>请将一个模型的所有部分复制或下载到同一文件夹。</translation>
    </message>
    <message>
        <source>Copy or download these files again.</source>
        <translation>请重新复制或下载这些文件。</translation>
    </message>
    <message>
        <source>Copy prompt</source>
        <translation>复制提示词</translation>
    </message>
    <message>
        <source>Copy the code alone</source>
        <translation>仅复制代码</translation>
    </message>
    <message>
        <source>Copy the code of the last answer</source>
        <translation>复制上一个回答的代码</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>Copy the key</source>
        <translation>复制密钥</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>复制上一个回答</translation>
    </message>
    <message>
        <source>Copy the passage</source>
        <translation>复制段落</translation>
    </message>
    <message>
        <source>Copy what is selected</source>
        <translation>复制所选内容</translation>
    </message>
    <message>
        <source>Copy what is selected as Markdown</source>
        <translation>将所选内容复制为 Markdown</translation>
    </message>
    <message>
        <source>Copy with the thinking</source>
        <translation>连同思考一起复制</translation>
    </message>
    <message>
        <source>Copy {text}</source>
        <translation>复制 {text}</translation>
    </message>
    <message>
        <source>Core {number}: {percent}</source>
        <translation>核心 {number}：{percent}</translation>
    </message>
    <message>
        <source>Correct `revision` in models.toml.</source>
        <translation>请更正 models.toml 中的 `revision`。</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>统计</translation>
    </message>
    <message>
        <source>Count tokens and answers</source>
        <translation>统计 token 和回答</translation>
    </message>
    <message>
        <source>Creative</source>
        <translation>创意</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>Custom: longest answer</source>
        <translation>自定义：最长回答</translation>
    </message>
    <message>
        <source>Custom: min-p</source>
        <translation>自定义：Min-p</translation>
    </message>
    <message>
        <source>Custom: repetition penalty</source>
        <translation>自定义：重复惩罚</translation>
    </message>
    <message>
        <source>Custom: seed</source>
        <translation>自定义：种子</translation>
    </message>
    <message>
        <source>Custom: temperature</source>
        <translation>自定义：温度</translation>
    </message>
    <message>
        <source>Custom: top-k</source>
        <translation>自定义：Top-k</translation>
    </message>
    <message>
        <source>Custom: top-p</source>
        <translation>自定义：Top-p</translation>
    </message>
    <message>
        <source>Custom…</source>
        <translation>自定义…</translation>
    </message>
    <message>
        <source>Cut it into parts.</source>
        <translation>请将其分成几部分。</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>Default: {title}</source>
        <translation>默认：{title}</translation>
    </message>
    <message>
        <source>Defaults count meanwhile.</source>
        <translation>期间使用默认值。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chat(s)</source>
        <translation>
            <numerusform>删除 %Ln 个对话</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete it and make new keys: `llmdesk serve key add NAME`.</source>
        <translation>请删除该文件并创建新密钥：`llmdesk serve key add NAME`。</translation>
    </message>
    <message>
        <source>Delete removes it.</source>
        <translation>按 Delete 键移除。</translation>
    </message>
    <message>
        <source>Delete the chat</source>
        <translation>删除对话</translation>
    </message>
    <message>
        <source>Delete this turn</source>
        <translation>删除此轮对话</translation>
    </message>
    <message numerus="yes">
        <source>Delete this turn and %n message(s) after it</source>
        <translation>
            <numerusform>删除此轮及其后的 %Ln 条消息</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete this version</source>
        <translation>删除此版本</translation>
    </message>
    <message numerus="yes">
        <source>Delete this version and %n message(s) after it</source>
        <translation>
            <numerusform>删除此版本及其后的 %Ln 条消息</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>删除“{name}”</translation>
    </message>
    <message numerus="yes">
        <source>Deleted: %n chat(s).</source>
        <translation>
            <numerusform>已删除：%Ln 个对话。</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted: “{title}”.</source>
        <translation>已删除：“{title}”。</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>深度</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Desktop</source>
        <translation>桌面</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Did you mean “{found}”? </source>
        <translation>是否指“{found}”？ </translation>
    </message>
    <message>
        <source>Does its address begin with http://?</source>
        <translation>地址是否以 http:// 开头？</translation>
    </message>
    <message>
        <source>Does not fit: takes about {takes} GB</source>
        <translation>放不下：约需 {takes} GB</translation>
    </message>
    <message>
        <source>Does not fit: {takes}</source>
        <translation>无法容纳：{takes}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Download of the sentence model</source>
        <translation>句子模型的下载</translation>
    </message>
    <message>
        <source>Draft model</source>
        <translation>草稿模型</translation>
    </message>
    <message>
        <source>Draft models</source>
        <translation>草稿模型</translation>
    </message>
    <message>
        <source>Drop files here to attach them</source>
        <translation>将文件拖放到此处以附加</translation>
    </message>
    <message>
        <source>Each core: {values}</source>
        <translation>各核心：{values}</translation>
    </message>
    <message numerus="yes">
        <source>Each lane ran alone, in this order: {order}; loaded and warmed up, what runs here did not know the prompt before; {how}, %n token(s) at most.</source>
        <translation>
            <numerusform>每条赛道单独运行，顺序为：{order}；已加载并预热，在本机运行的此前都未见过该提示词；{how}，最多 %Ln 个 token。</numerusform>
        </translation>
    </message>
    <message>
        <source>Each lane runs alone, one after the other, because side by side they would share the memory's speed and slow each other. Then all are played on one clock.</source>
        <translation>各赛道依次单独运行，因为同时运行会争用内存带宽而互相拖慢。之后在同一时钟上一起回放。</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Edit prompt</source>
        <translation>编辑提示词</translation>
    </message>
    <message>
        <source>Edit the prompt</source>
        <translation>编辑提示词</translation>
    </message>
    <message>
        <source>Edit the prompt {title}</source>
        <translation>编辑提示词 {title}</translation>
    </message>
    <message>
        <source>Edit waiting prompt {number}</source>
        <translation>编辑等待中的提示词 {number}</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Empty the answer cache</source>
        <translation>清空回答缓存</translation>
    </message>
    <message>
        <source>Empty: the words of the first prompt</source>
        <translation>留空：使用第一个提示词的文字</translation>
    </message>
    <message>
        <source>End it first.</source>
        <translation>请先结束它。</translation>
    </message>
    <message>
        <source>End the answer there</source>
        <translation>在此结束回答</translation>
    </message>
    <message>
        <source>End the answer where the context ends, then refuse</source>
        <translation>在上下文末尾结束回答，之后拒绝</translation>
    </message>
    <message>
        <source>End the replay</source>
        <translation>结束回放</translation>
    </message>
    <message>
        <source>End: {reason}</source>
        <translation>结束：{reason}</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Ending…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>能耗</translation>
    </message>
    <message>
        <source>Energy: not measurable on this machine, or not measured yet.</source>
        <translation>能耗：本机无法测量，或尚未测量。</translation>
    </message>
    <message>
        <source>Energy: {energy} for {tokens} tokens, whoever used the processor meanwhile; other answers were not measured.</source>
        <translation>能耗：{tokens} 个 token 共 {energy}，包括其间使用处理器的其他程序；其余回答未测量。</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Enter it by “Add a server…” (list of models) or `llmdesk models add {location} --key`.</source>
        <translation>请通过“添加服务器…”（模型列表）或 `llmdesk models add {location} --key` 输入。</translation>
    </message>
    <message>
        <source>Enter it with `llmdesk models login`, or switch hub.token_in_keyring off.</source>
        <translation>请用 `llmdesk models login` 输入，或关闭 hub.token_in_keyring。</translation>
    </message>
    <message>
        <source>Enter the address that it sends to, if you trust it.</source>
        <translation>如果信任重定向的地址，请直接输入该地址。</translation>
    </message>
    <message>
        <source>Equal choices</source>
        <translation>相同首选</translation>
    </message>
    <message>
        <source>Erase and count anew</source>
        <translation>清除并重新统计</translation>
    </message>
    <message>
        <source>Error: {message}</source>
        <translation>错误：{message}</translation>
    </message>
    <message>
        <source>Estimated: the memory's measured speed by the bytes that a token reads, times the share of it that models reach here.</source>
        <translation>估计值：测得的内存速度除以每个 token 读取的字节数，再乘以模型在本机所能达到的比例。</translation>
    </message>
    <message>
        <source>Every program needs one of them. A key that is revoked stops working at once.</source>
        <translation>每个程序都需要其中一个密钥。被吊销的密钥立即失效。</translation>
    </message>
    <message>
        <source>Everything needs a key. What is sent is not encrypted: others in a network that you do not trust could read it.</source>
        <translation>所有操作都需要密钥。传输未加密：在不可信的网络中，他人可能读取内容。</translation>
    </message>
    <message>
        <source>Everything, to be imported again</source>
        <translation>全部内容（可再次导入）</translation>
    </message>
    <message>
        <source>Expected are tables [presets.NAME] with values such as temperature = 0.7.</source>
        <translation>应为 [presets.NAME] 表，包含 temperature = 0.7 这样的值。</translation>
    </message>
    <message>
        <source>Explain a heat pump to a child.</source>
        <translation>向孩子解释什么是热泵。</translation>
    </message>
    <message>
        <source>Explain in three sentences why the sky is blue.</source>
        <translation>用三句话解释天空为什么是蓝色的。</translation>
    </message>
    <message>
        <source>Explain simply</source>
        <translation>简单解释</translation>
    </message>
    <message numerus="yes">
        <source>Export %n chat(s)</source>
        <translation>
            <numerusform>导出 %Ln 个对话</numerusform>
        </translation>
    </message>
    <message>
        <source>Export a web page and print that.</source>
        <translation>请导出网页并打印。</translation>
    </message>
    <message>
        <source>Export all chats…</source>
        <translation>导出所有对话…</translation>
    </message>
    <message>
        <source>Export and import</source>
        <translation>导出与导入</translation>
    </message>
    <message>
        <source>Export chat…</source>
        <translation>导出对话…</translation>
    </message>
    <message>
        <source>Export it once more.</source>
        <translation>请重新导出。</translation>
    </message>
    <message>
        <source>Export presets</source>
        <translation>导出预设</translation>
    </message>
    <message>
        <source>Export the benchmarks</source>
        <translation>导出基准测试</translation>
    </message>
    <message>
        <source>Export the chats once more from the program that they come from.</source>
        <translation>请从原程序重新导出对话。</translation>
    </message>
    <message>
        <source>Export the presets to a file</source>
        <translation>将预设导出到文件</translation>
    </message>
    <message numerus="yes">
        <source>Exported %n chat(s) to {name}.</source>
        <translation>
            <numerusform>已将 %Ln 个对话导出到 {name}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exporting %n chat(s)…</source>
        <translation>
            <numerusform>正在导出 %Ln 个对话…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Fastest kernels here</source>
        <translation>本机最快的内核</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Fetch it</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Fetch it again with the program that began it.</source>
        <translation>请用原下载程序重新下载。</translation>
    </message>
    <message>
        <source>Fetch it again.</source>
        <translation>请重新下载。</translation>
    </message>
    <message>
        <source>Fetch it again. If this happens twice, something on the way alters files: try another network.</source>
        <translation>请重新下载。如果再次发生，说明传输途中文件被更改：请换用其他网络。</translation>
    </message>
    <message>
        <source>Fetch it again. If this happens twice, the package index serves something else under this name.</source>
        <translation>请重新下载。如果再次发生，说明软件包索引在此名称下提供了其他内容。</translation>
    </message>
    <message>
        <source>Fetch it again: `llmdesk models remove {id}`, then `llmdesk models install {id}`.</source>
        <translation>请重新下载：先 `llmdesk models remove {id}`，再 `llmdesk models install {id}`。</translation>
    </message>
    <message>
        <source>Fetch it again: it goes on where it stopped.</source>
        <translation>请重新下载：将从中断处继续。</translation>
    </message>
    <message>
        <source>Fetch it from the model picker or with `llmdesk models install`.</source>
        <translation>请从模型列表或用 `llmdesk models install` 下载。</translation>
    </message>
    <message>
        <source>Fetch the real files: git lfs pull, in the folder that was cloned.</source>
        <translation>请在克隆的文件夹中运行 git lfs pull 获取实际文件。</translation>
    </message>
    <message>
        <source>Fetch {name}, {size}</source>
        <translation>获取 {name}，{size}</translation>
    </message>
    <message>
        <source>Fetch {size}</source>
        <translation>下载 {size}</translation>
    </message>
    <message>
        <source>Fetch {size} from {origin}?</source>
        <translation>从 {origin} 下载 {size}？</translation>
    </message>
    <message>
        <source>Fetching is switched off: HF_HUB_OFFLINE is set.</source>
        <translation>下载已禁用：设置了 HF_HUB_OFFLINE。</translation>
    </message>
    <message>
        <source>Fetching {title}</source>
        <translation>正在下载 {title}</translation>
    </message>
    <message>
        <source>Fetching {title}, {percent}</source>
        <translation>正在下载 {title}，{percent}</translation>
    </message>
    <message>
        <source>Fetching {title}…</source>
        <translation>正在下载 {title}…</translation>
    </message>
    <message>
        <source>Fetch…</source>
        <translation>下载…</translation>
    </message>
    <message>
        <source>Fidelity, too</source>
        <translation>同时测保真度</translation>
    </message>
    <message>
        <source>Files are still being read: what they hold may be missing.</source>
        <translation>文件仍在读取中：其中的内容可能缺失。</translation>
    </message>
    <message>
        <source>Files of this kind are from 2023: get a newer GGUF file of this model.</source>
        <translation>此类文件来自 2023 年：请获取此模型更新的 GGUF 文件。</translation>
    </message>
    <message>
        <source>Files: {choice}</source>
        <translation>文件：{choice}</translation>
    </message>
    <message>
        <source>Fill in</source>
        <translation>填写</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>查找模型</translation>
    </message>
    <message>
        <source>Find an action or a chat</source>
        <translation>查找操作或对话</translation>
    </message>
    <message>
        <source>Find passages by their meaning, too?</source>
        <translation>也按含义查找段落？</translation>
    </message>
    <message>
        <source>First token after</source>
        <translation>首个 token 用时</translation>
    </message>
    <message>
        <source>Fits this machine</source>
        <translation>适合本机</translation>
    </message>
    <message>
        <source>Fits: takes about {takes} GB</source>
        <translation>放得下：约需 {takes} GB</translation>
    </message>
    <message>
        <source>Fits: {takes}</source>
        <translation>可容纳：{takes}</translation>
    </message>
    <message>
        <source>Fold it away</source>
        <translation>折叠</translation>
    </message>
    <message>
        <source>Folded</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>Folder {name}, {state}, {count}</source>
        <translation>文件夹 {name}，{state}，{count}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folders that your questions are answered from: the passages that fit a question go to the model with it, and the answer names them. Nothing of it leaves this machine; the files are never changed.</source>
        <translation>用于回答问题的文件夹：与问题相符的段落随问题一起交给模型，回答会注明出处。任何内容都不会离开本机，文件也不会被更改。</translation>
    </message>
    <message>
        <source>For vectors get a file of the architecture bert or nomic-bert, or the model's safetensors folder; to chat, a model that was made to write.</source>
        <translation>要计算向量，请获取架构为 bert 或 nomic-bert 的文件，或该模型的 safetensors 文件夹；要对话，请选择用于写作的模型。</translation>
    </message>
    <message>
        <source>Fork into a new chat from here</source>
        <translation>从此处分支为新对话</translation>
    </message>
    <message>
        <source>Fork the chat after its last answer</source>
        <translation>从上一个回答后分支对话</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>Free some space and try again; nothing was lost.</source>
        <translation>请释放空间后重试；没有丢失任何内容。</translation>
    </message>
    <message>
        <source>Free some space, then look for changes again.</source>
        <translation>请腾出一些空间，然后重新检查更改。</translation>
    </message>
    <message>
        <source>Free some space. {again}</source>
        <translation>请释放空间。{again}</translation>
    </message>
    <message>
        <source>From sending the prompt to the first token</source>
        <translation>从发送提示词到第一个 token</translation>
    </message>
    <message>
        <source>From the library…</source>
        <translation>从提示词库选择…</translation>
    </message>
    <message>
        <source>From this token on the words are others</source>
        <translation>从这个 token 起文字不同</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>GGUF files of the architecture “{architecture}” cannot be read yet (only {known}).</source>
        <translation>尚无法读取架构“{architecture}”的 GGUF 文件（仅支持 {known}）。</translation>
    </message>
    <message>
        <source>GGUF files of the quantisation {kind} cannot be read.</source>
        <translation>无法读取量化方式为 {kind} 的 GGUF 文件。</translation>
    </message>
    <message>
        <source>GGUF models</source>
        <translation>GGUF 模型</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf);;All files (*)</source>
        <translation>GGUF 模型 (*.gguf);;所有文件 (*)</translation>
    </message>
    <message>
        <source>GPU {percent}</source>
        <translation>GPU {percent}</translation>
    </message>
    <message>
        <source>GPU, now {percent}</source>
        <translation>GPU，当前 {percent}</translation>
    </message>
    <message>
        <source>Get a GGUF file of this model, or of a newer one.</source>
        <translation>请获取此模型或更新模型的 GGUF 文件。</translation>
    </message>
    <message>
        <source>Get a model that was made to write or chat, for example Qwen3 or Llama as GGUF.</source>
        <translation>请获取用于写作或对话的模型，例如 GGUF 格式的 Qwen3 或 Llama。</translation>
    </message>
    <message>
        <source>Get a model that was made to write or chat, for example Qwen3 or Llama.</source>
        <translation>请获取用于写作或对话的模型，例如 Qwen3 或 Llama。</translation>
    </message>
    <message>
        <source>Get a newer file of this model, or its safetensors folder.</source>
        <translation>请获取此模型的较新文件，或其 safetensors 文件夹。</translation>
    </message>
    <message>
        <source>Get it anew.</source>
        <translation>请重新获取该模型。</translation>
    </message>
    <message>
        <source>Get the file again from where it came from, or record anew.</source>
        <translation>请从来源重新获取该文件，或重新录制。</translation>
    </message>
    <message>
        <source>Get the file again from where it came from, or run the race anew.</source>
        <translation>请重新获取该文件，或重新进行比赛。</translation>
    </message>
    <message>
        <source>Get the file once more.</source>
        <translation>请重新获取该文件。</translation>
    </message>
    <message>
        <source>Get the model itself as a GGUF file.</source>
        <translation>请获取模型本身的 GGUF 文件。</translation>
    </message>
    <message>
        <source>Get the model's files again from where they came from.</source>
        <translation>请从原来源重新获取模型文件。</translation>
    </message>
    <message>
        <source>Get the model's safetensors folder instead.</source>
        <translation>请改为获取该模型的 safetensors 文件夹。</translation>
    </message>
    <message>
        <source>Get the same model in transformers' form, with config.json; such names often end in -hf.</source>
        <translation>请获取 transformers 格式的同一模型（含 config.json）；其名称常以 -hf 结尾。</translation>
    </message>
    <message>
        <source>Get the same model with plain weights (bf16 safetensors), or as a GGUF file, for example Q4_K_M.</source>
        <translation>请获取未打包权重（bf16 safetensors）的同一模型，或其 GGUF 文件，例如 Q4_K_M。</translation>
    </message>
    <message>
        <source>Get this model as a GGUF file.</source>
        <translation>请获取此模型的 GGUF 文件。</translation>
    </message>
    <message>
        <source>Get this model in another quantisation, for example as Q4_K_M or Q8_0.</source>
        <translation>请获取此模型的其他量化版本，例如 Q4_K_M 或 Q8_0。</translation>
    </message>
    <message>
        <source>Get this model's usual GGUF file, for example as Q4_K_M; most names of others say “be”.</source>
        <translation>请获取此模型通常的 GGUF 文件，例如 Q4_K_M；大端文件的名称大多含“be”。</translation>
    </message>
    <message>
        <source>Get tokenizer.json from where the model was published, or the same model as a GGUF file.</source>
        <translation>请从模型发布处获取 tokenizer.json，或获取同一模型的 GGUF 文件。</translation>
    </message>
    <message>
        <source>Give a file or folder on a disk.</source>
        <translation>请指定磁盘上的文件或文件夹。</translation>
    </message>
    <message>
        <source>Give a file or one of: {names}.</source>
        <translation>请指定文件或以下之一：{names}。</translation>
    </message>
    <message>
        <source>Give a file, a folder or a ZIP.</source>
        <translation>请指定文件、文件夹或 ZIP。</translation>
    </message>
    <message>
        <source>Give a folder or a .gguf file that exists.</source>
        <translation>请指定存在的文件夹或 .gguf 文件。</translation>
    </message>
    <message>
        <source>Give a path that exists.</source>
        <translation>请指定存在的路径。</translation>
    </message>
    <message>
        <source>Give all of them the names that they were published with (…-00001-of-00003.gguf), in one folder.</source>
        <translation>请将所有文件改回发布时的名称（…-00001-of-00003.gguf），并放在同一文件夹中。</translation>
    </message>
    <message>
        <source>Give it as OWNER/NAME.</source>
        <translation>请写成 OWNER/NAME。</translation>
    </message>
    <message>
        <source>Give llmdesk a token that may read this repository, with `llmdesk models login` or in HF_TOKEN.</source>
        <translation>请用 `llmdesk models login` 或通过 HF_TOKEN 提供可以读取此仓库的令牌。</translation>
    </message>
    <message>
        <source>Give yourself the right to read it, or copy the model to a folder of yours.</source>
        <translation>请授予自己读取权限，或将模型复制到自己的文件夹。</translation>
    </message>
    <message>
        <source>Give yourself the right to read that folder, or copy the model to a folder of yours.</source>
        <translation>请授予自己读取该文件夹的权限，或将模型复制到自己的文件夹。</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Go back to the chat: {title}</source>
        <translation>返回对话：{title}</translation>
    </message>
    <message>
        <source>Go back to: {title}</source>
        <translation>返回：{title}</translation>
    </message>
    <message>
        <source>Go on with this answer where it stopped</source>
        <translation>从中断处继续此回答</translation>
    </message>
    <message>
        <source>Go to the beginning of the conversation</source>
        <translation>转到对话开头</translation>
    </message>
    <message>
        <source>Go to the prompt</source>
        <translation>转到输入框</translation>
    </message>
    <message>
        <source>Go to {group}</source>
        <translation>转到{group}</translation>
    </message>
    <message>
        <source>Greedy: the likeliest token always</source>
        <translation>贪心：总取最可能的 token</translation>
    </message>
    <message>
        <source>Have `{command}` started by what starts programs on this machine.</source>
        <translation>请让本机的启动管理程序运行 `{command}`。</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <source>How far its probabilities are from the reference's, over that one's answer</source>
        <translation>在参照的回答上，其概率与参照相差多少</translation>
    </message>
    <message>
        <source>How fast it is on this machine, with random weights of its shape; no download.</source>
        <translation>用同样形状的随机权重测量它在本机的速度；无需下载。</translation>
    </message>
    <message>
        <source>How many threads compute, from the next load on; auto: as many as were measured to be best.</source>
        <translation>计算使用的线程数，下次加载时生效；auto：采用实测最佳的数量。</translation>
    </message>
    <message>
        <source>How much words and lines stand out; system: as it asks.</source>
        <translation>文字和线条的醒目程度；system：按系统要求。</translation>
    </message>
    <message>
        <source>How the next token is chosen</source>
        <translation>如何选择下一个 token</translation>
    </message>
    <message>
        <source>How the weights of a model are held (bf16, int8, int4), by its id; other models have their own way.</source>
        <translation>按模型 ID 指定权重的保存精度（bf16、int8、int4）；其他模型采用各自的默认值。</translation>
    </message>
    <message>
        <source>How tokens are chosen: a preset of llmdesk's or of your own, or the values of Custom.</source>
        <translation>token 的选择方式：llmdesk 的预设、自己的预设，或自定义的值。</translation>
    </message>
    <message>
        <source>I am still here</source>
        <translation>我还在</translation>
    </message>
    <message>
        <source>IPEX exists for Linux on x86-64 only, this is {system} on {machine}</source>
        <translation>IPEX 仅支持 x86-64 上的 Linux，此处为 {machine} 上的 {system}</translation>
    </message>
    <message>
        <source>IPEX runs here; the models that llmdesk's decoder knows run on {products}</source>
        <translation>IPEX 可在此运行；llmdesk 解码器支持的模型使用 {products}</translation>
    </message>
    <message>
        <source>IPEX {ipex} needs torch {ipex_torch}, installed is {torch}</source>
        <translation>IPEX {ipex} 需要 torch {ipex_torch}，已安装的是 {torch}</translation>
    </message>
    <message>
        <source>IPEX's operators</source>
        <translation>IPEX 的算子</translation>
    </message>
    <message>
        <source>IPEX's operators, in 4 and 8 bits on aten's, since the processor lacks {names}</source>
        <translation>IPEX 的算子（4 位和 8 位使用 aten 的算子，因为处理器缺少 {names}）</translation>
    </message>
    <message>
        <source>Icon beside the clock</source>
        <translation>时钟旁的图标</translation>
    </message>
    <message>
        <source>If the server is your own, set SSL_CERT_FILE to a file with the certificate of its authority.</source>
        <translation>如果是自己的服务器，请将 SSL_CERT_FILE 设为包含其颁发机构证书的文件。</translation>
    </message>
    <message>
        <source>If your network has a certificate of its own, set SSL_CERT_FILE to its file.</source>
        <translation>如果网络使用自有证书，请将 SSL_CERT_FILE 设为其文件。</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Image from the clipboard</source>
        <translation>剪贴板中的图片</translation>
    </message>
    <message>
        <source>Image {name}</source>
        <translation>图片 {name}</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>Import its parts one by one.</source>
        <translation>请逐个导入其各部分。</translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation>导入预设</translation>
    </message>
    <message>
        <source>Import presets from a file</source>
        <translation>从文件导入预设</translation>
    </message>
    <message>
        <source>Import prompts</source>
        <translation>导入提示词</translation>
    </message>
    <message numerus="yes">
        <source>Import the chats in %n file(s)?</source>
        <translation>
            <numerusform>导入 %Ln 个文件中的对话？</numerusform>
        </translation>
    </message>
    <message>
        <source>Import the chats in “{name}”?</source>
        <translation>导入“{name}”中的对话？</translation>
    </message>
    <message>
        <source>Importing chats…</source>
        <translation>正在导入对话…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>In a GGUF file this model's tokenizer would cut texts otherwise, for example “{text}”.</source>
        <translation>写入 GGUF 文件后，此模型的分词器会以不同方式切分文本，例如“{text}”。</translation>
    </message>
    <message numerus="yes">
        <source>In the archive: %n chat(s).</source>
        <translation>
            <numerusform>已归档：%Ln 个对话。</numerusform>
        </translation>
    </message>
    <message>
        <source>In the archive: “{title}”.</source>
        <translation>已归档：“{title}”。</translation>
    </message>
    <message>
        <source>In the collection {name}</source>
        <translation>在文件集 {name} 中</translation>
    </message>
    <message numerus="yes">
        <source>In the list again: %n chat(s).</source>
        <translation>
            <numerusform>已移回列表：%Ln 个对话。</numerusform>
        </translation>
    </message>
    <message>
        <source>In the list again: “{title}”.</source>
        <translation>已移回列表：“{title}”。</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Indexing</source>
        <translation>正在建立索引</translation>
    </message>
    <message>
        <source>Install it with `pip install keyring`. Or:</source>
        <translation>请用 `pip install keyring` 安装。或者：</translation>
    </message>
    <message>
        <source>Install one with `pip install 'llmdesk[ipex]'` (Linux x86-64) or `pip install 'llmdesk[native]'`.</source>
        <translation>请安装其一：`pip install 'llmdesk[ipex]'`（Linux x86-64）或 `pip install 'llmdesk[native]'`。</translation>
    </message>
    <message>
        <source>Install one with `pip install ziglang`.</source>
        <translation>请用 `pip install ziglang` 安装。</translation>
    </message>
    <message>
        <source>Install the ipex stack again.</source>
        <translation>请重新安装 ipex 组件。</translation>
    </message>
    <message>
        <source>Install the package again: pip install --force-reinstall --no-deps {location}.</source>
        <translation>请重新安装该包：pip install --force-reinstall --no-deps {location}。</translation>
    </message>
    <message>
        <source>Install torch's build for it (https://docs.pytorch.org/docs/stable/notes/get_start_xpu.html) and the driver, or choose auto.</source>
        <translation>请安装对应的 torch 版本（https://docs.pytorch.org/docs/stable/notes/get_start_xpu.html）和驱动，或选择 auto。</translation>
    </message>
    <message>
        <source>Intel GPU</source>
        <translation>Intel GPU</translation>
    </message>
    <message>
        <source>Is there a proxy in between?</source>
        <translation>中间是否有代理？</translation>
    </message>
    <message>
        <source>It asks to try again in {seconds} s.</source>
        <translation>服务器要求 {seconds} 秒后重试。</translation>
    </message>
    <message>
        <source>It did not start.</source>
        <translation>未能启动。</translation>
    </message>
    <message>
        <source>It has neither safetensors nor GGUF files</source>
        <translation>既没有 safetensors 也没有 GGUF 文件</translation>
    </message>
    <message>
        <source>It has no files that are read here.</source>
        <translation>其中没有这里能读取的文件。</translation>
    </message>
    <message>
        <source>It has no messages.</source>
        <translation>其中没有消息。</translation>
    </message>
    <message>
        <source>It is being fetched already.</source>
        <translation>已在获取中。</translation>
    </message>
    <message>
        <source>It is damaged: {reason}.</source>
        <translation>已损坏：{reason}。</translation>
    </message>
    <message>
        <source>It is giving an answer. Unload it</source>
        <translation>它正在回答。卸载</translation>
    </message>
    <message>
        <source>It is here as the hub has it.</source>
        <translation>本机的版本与 Hub 上的相同。</translation>
    </message>
    <message>
        <source>It is in memory for llmdesk itself. Unload it first, then remove it.</source>
        <translation>llmdesk 自身正将其保留在内存中。请先卸载，再移除。</translation>
    </message>
    <message>
        <source>It is in memory for the server. Unload it first, then remove it.</source>
        <translation>服务器正将其保留在内存中。请先卸载，再移除。</translation>
    </message>
    <message>
        <source>It is in use. Choose another model first, then remove it.</source>
        <translation>正在使用中。请先选择其他模型，再移除。</translation>
    </message>
    <message>
        <source>It is no chat.</source>
        <translation>这不是对话。</translation>
    </message>
    <message>
        <source>It is not encrypted. `llmdesk restore FILE` puts it back while llmdesk is closed.</source>
        <translation>它未加密。关闭 llmdesk 后可用 `llmdesk restore FILE` 恢复。</translation>
    </message>
    <message>
        <source>It is not known how much memory it takes</source>
        <translation>所需内存未知</translation>
    </message>
    <message>
        <source>It is not known which version is here; the hub has one of {day}. Files that are the same are not fetched again.</source>
        <translation>不知道本机上是哪个版本；Hub 上的版本日期为 {day}。相同的文件不会重新获取。</translation>
    </message>
    <message>
        <source>It is on the clipboard.</source>
        <translation>已复制到剪贴板。</translation>
    </message>
    <message>
        <source>It is on this machine already.</source>
        <translation>它已在本机上。</translation>
    </message>
    <message>
        <source>It is on this machine now.</source>
        <translation>已在本机。</translation>
    </message>
    <message>
        <source>It is still on the clipboard. Paste a part of it.</source>
        <translation>它仍在剪贴板中。请粘贴其中一部分。</translation>
    </message>
    <message>
        <source>It is too long for this model ({count:,} tokens): the model is given the passages of it that fit the question best.</source>
        <translation>它对此模型来说太长（{count:,} token）：模型只会得到其中与问题最相符的段落。</translation>
    </message>
    <message>
        <source>It is too long: more than {count} characters.</source>
        <translation>过长：超过 {count} 个字符。</translation>
    </message>
    <message>
        <source>It is tried again by itself. Until then, what you write is held by this window only.</source>
        <translation>将自动重试。在此之前，所写内容仅保存在此窗口中。</translation>
    </message>
    <message numerus="yes">
        <source>It knew {known:,} of the prompt's %n token(s) before.</source>
        <translation>
            <numerusform>提示词的 %Ln 个 token 中，它此前已知 {known:,} 个。</numerusform>
        </translation>
    </message>
    <message>
        <source>It leads to {host}; what stands before the @ is not its name.</source>
        <translation>它指向 {host}；@ 之前的部分不是其名称。</translation>
    </message>
    <message>
        <source>It makes vectors out of texts (embeddings) and does not chat. Programs use it through the server.</source>
        <translation>它将文本转换为向量（嵌入），不能对话。程序可通过服务器使用。</translation>
    </message>
    <message>
        <source>It may be overloaded or gone; look at it, then ask again.</source>
        <translation>服务器可能过载或已离线；请检查后重新提问。</translation>
    </message>
    <message>
        <source>It may have been deleted in another window.</source>
        <translation>它可能已在另一个窗口中被删除。</translation>
    </message>
    <message>
        <source>It reads exports of llmdesk, ChatGPT, LM Studio, Jan and Open WebUI.</source>
        <translation>可读取 llmdesk、ChatGPT、LM Studio、Jan 和 Open WebUI 的导出文件。</translation>
    </message>
    <message>
        <source>It says: “{text}”</source>
        <translation>服务器回应：“{text}”</translation>
    </message>
    <message>
        <source>It serves no model at all now.</source>
        <translation>服务器目前不提供任何模型。</translation>
    </message>
    <message>
        <source>It serves {shown} and others.</source>
        <translation>服务器提供 {shown} 等。</translation>
    </message>
    <message>
        <source>It serves {shown}.</source>
        <translation>服务器提供 {shown}。</translation>
    </message>
    <message>
        <source>It stands in settings.toml.</source>
        <translation>在 settings.toml 中设置。</translation>
    </message>
    <message>
        <source>It told no tokens: its pieces are counted.</source>
        <translation>它没有报告 token 数：按收到的段数计算。</translation>
    </message>
    <message>
        <source>It was made for something else than writing</source>
        <translation>它不是为写文本而做的</translation>
    </message>
    <message>
        <source>It was removed. Fetch it again.</source>
        <translation>已将其删除。请重新下载。</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>在完成前停止。</translation>
    </message>
    <message>
        <source>It was stopped. Nothing was written.</source>
        <translation>已停止，未写入任何内容。</translation>
    </message>
    <message>
        <source>It would fit {ways}.</source>
        <translation>可行的方式：{ways}。</translation>
    </message>
    <message>
        <source>Its architecture ({name}) is not run here yet</source>
        <translation>这里还不能运行它的架构（{name}）</translation>
    </message>
    <message>
        <source>Its file cuts texts into words in a way that llmdesk does not know ({name}); the usual way is taken, and answers may be worse for it.</source>
        <translation>其文件的分词方式 llmdesk 不了解（{name}）；将采用通常的方式，回答质量可能下降。</translation>
    </message>
    <message>
        <source>Its files are read once, in the background; changed files are noticed by themselves.</source>
        <translation>文件会在后台读取一次；更改过的文件会自动识别。</translation>
    </message>
    <message>
        <source>Its messages belong to another chat here.</source>
        <translation>其消息属于此处的另一个对话。</translation>
    </message>
    <message>
        <source>Its messages follow each other in a circle.</source>
        <translation>其消息循环引用。</translation>
    </message>
    <message>
        <source>Its name has letters that are not plain ones ({name}). They can look like another name.</source>
        <translation>其名称含有非普通字母（{name}），可能看起来像另一个名称。</translation>
    </message>
    <message>
        <source>Its owner asks for a login and for consent to the licence first.</source>
        <translation>所有者要求先登录并同意许可证。</translation>
    </message>
    <message>
        <source>Its owner asks for consent to the licence first: open its page, log in there and accept, make a token of yours (it only has to read), and enter it here. It is kept in the system's keyring.</source>
        <translation>发布者要求先同意许可协议：打开它的页面，登录并接受，创建一个你自己的令牌（只需读取权限），然后在这里输入。令牌保存在系统的密钥环中。</translation>
    </message>
    <message>
        <source>Its progress is in the list of models.</source>
        <translation>进度显示在模型列表中。</translation>
    </message>
    <message>
        <source>Its server decides about the rest.</source>
        <translation>其余由服务器决定。</translation>
    </message>
    <message>
        <source>Its weights are packed in a form that is not read here</source>
        <translation>它的权重采用了这里不能读取的压缩格式</translation>
    </message>
    <message>
        <source>J per token</source>
        <translation>每 token 焦耳</translation>
    </message>
    <message>
        <source>Jan could not answer this: {code}.</source>
        <translation>Jan 无法回答：{code}。</translation>
    </message>
    <message>
        <source>Jump to the newest</source>
        <translation>跳到最新</translation>
    </message>
    <message>
        <source>KL</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>KL {kl}</source>
        <translation>KL {kl}</translation>
    </message>
    <message>
        <source>KL: mean divergence from the same model in float32, in nats.</source>
        <translation>KL：与同一模型 float32 版本的平均散度，单位 nat。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep as a preset</source>
        <translation>存为预设</translation>
    </message>
    <message>
        <source>Keep chats</source>
        <translation>保留对话</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Keep the key in an environment variable instead: `llmdesk models add URL --key-env NAME`.</source>
        <translation>也可将密钥保存在环境变量中：`llmdesk models add URL --key-env NAME`。</translation>
    </message>
    <message>
        <source>Keep these values as a preset</source>
        <translation>将这些值存为预设</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>内核</translation>
    </message>
    <message>
        <source>Kernels and stack: {stack}</source>
        <translation>内核和运行环境：{stack}</translation>
    </message>
    <message>
        <source>Kernels: llmdesk's own for {isa}; the weights are {precision}</source>
        <translation>内核：llmdesk 自有的 {isa} 内核；权重为 {precision}</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Key: {name}</source>
        <translation>密钥：{name}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Known are {what}; or give a config.json.</source>
        <translation>已知的有 {what}；也可指定 config.json。</translation>
    </message>
    <message>
        <source>Lane {number}</source>
        <translation>赛道 {number}</translation>
    </message>
    <message>
        <source>Lanes</source>
        <translation>赛道</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Largest request</source>
        <translation>最大请求</translation>
    </message>
    <message>
        <source>Last answer</source>
        <translation>上次回答</translation>
    </message>
    <message>
        <source>Last measured</source>
        <translation>上次测量</translation>
    </message>
    <message>
        <source>Learning the meaning of {done:,} of {total:,} passages</source>
        <translation>正在学习第 {done:,} / {total:,} 个段落的含义</translation>
    </message>
    <message>
        <source>Leave out the oldest turns</source>
        <translation>省略最早的对话</translation>
    </message>
    <message>
        <source>Leave out the oldest turns; the system prompt stays</source>
        <translation>省略最早的对话；保留系统提示词</translation>
    </message>
    <message>
        <source>Leave stand mode</source>
        <translation>退出展台模式</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Let Ollama fetch them: ollama pull {name}</source>
        <translation>请让 Ollama 下载：ollama pull {name}</translation>
    </message>
    <message>
        <source>Let the model think, or not</source>
        <translation>让模型思考或不思考</translation>
    </message>
    <message>
        <source>Let the program that began it finish it, then open the whole file.</source>
        <translation>请用原下载程序完成下载，然后打开完整的文件。</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Licence: {name}.</source>
        <translation>许可证：{name}。</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Light, dark, or as the system.</source>
        <translation>浅色、深色，或跟随系统。</translation>
    </message>
    <message>
        <source>List five things to check before buying a used laptop.</source>
        <translation>列出购买二手笔记本电脑前要检查的五件事。</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Live figures</source>
        <translation>实时数据</translation>
    </message>
    <message>
        <source>Live figures in a window of their own</source>
        <translation>在单独窗口中显示实时数据</translation>
    </message>
    <message>
        <source>Load as {precision}: {meaning}</source>
        <translation>以 {precision} 加载：{meaning}</translation>
    </message>
    <message>
        <source>Load as {precision}: {meaning}, its default</source>
        <translation>以 {precision} 加载：{meaning}，默认</translation>
    </message>
    <message>
        <source>Load average {load}</source>
        <translation>平均负载 {load}</translation>
    </message>
    <message>
        <source>Load the model again.</source>
        <translation>请重新加载模型。</translation>
    </message>
    <message>
        <source>Loaded in {seconds} s</source>
        <translation>加载用时 {seconds} 秒</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>加载已停止。</translation>
    </message>
    <message>
        <source>Loading {name} ({precision})</source>
        <translation>正在加载 {name}（{precision}）</translation>
    </message>
    <message>
        <source>Loading {name} ({precision}): {phase}, {percent} %</source>
        <translation>正在加载 {name}（{precision}）：{phase}，{percent} %</translation>
    </message>
    <message>
        <source>Loading {title}, {percent}</source>
        <translation>正在加载 {title}，{percent}</translation>
    </message>
    <message>
        <source>Loading {title}: {phase}</source>
        <translation>正在加载 {title}：{phase}</translation>
    </message>
    <message>
        <source>Loading {title}: {phase} ({other} stays until then)</source>
        <translation>正在加载 {title}：{phase}（在此之前继续使用 {other}）</translation>
    </message>
    <message>
        <source>Local server</source>
        <translation>本地服务器</translation>
    </message>
    <message>
        <source>Local server: {state}</source>
        <translation>本地服务器：{state}</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>Longest answer, tokens</source>
        <translation>最长回答（token）</translation>
    </message>
    <message>
        <source>Longest passages together</source>
        <translation>各段内容合计上限</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Look at its rights, or choose another one.</source>
        <translation>请检查其权限，或选择另一个。</translation>
    </message>
    <message>
        <source>Look at the rights of file and folder. {again}</source>
        <translation>请检查文件和文件夹的权限。{again}</translation>
    </message>
    <message>
        <source>Look at the rights of the data folder.</source>
        <translation>请检查数据文件夹的权限。</translation>
    </message>
    <message>
        <source>Look at which index pip is set to use (pip config list).</source>
        <translation>请查看 pip 设置使用的是哪个索引（pip config list）。</translation>
    </message>
    <message>
        <source>Look at {name}</source>
        <translation>查看 {name}</translation>
    </message>
    <message>
        <source>Look for a newer version…</source>
        <translation>检查是否有新版本…</translation>
    </message>
    <message>
        <source>Look for changed files of {name}</source>
        <translation>查找 {name} 中更改过的文件</translation>
    </message>
    <message>
        <source>Look for newer versions</source>
        <translation>检查新版本</translation>
    </message>
    <message>
        <source>Look where you have it from.</source>
        <translation>请到您获取它的地方查看。</translation>
    </message>
    <message>
        <source>Looking at the disk…</source>
        <translation>正在检查磁盘…</translation>
    </message>
    <message>
        <source>Looking at the image, {percent}</source>
        <translation>正在看图片，{percent}</translation>
    </message>
    <message>
        <source>Looking at {name}…</source>
        <translation>正在检查 {name}…</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Make a key: `llmdesk serve key add NAME`. Or give one as --api-key or {variable}.</source>
        <translation>请创建密钥：`llmdesk serve key add NAME`；或用 --api-key 或 {variable} 指定密钥。</translation>
    </message>
    <message>
        <source>Make a list</source>
        <translation>列个清单</translation>
    </message>
    <message>
        <source>Make a new one.</source>
        <translation>请创建新密钥。</translation>
    </message>
    <message>
        <source>Make it smaller in an image editor, then attach that.</source>
        <translation>请在图片编辑器中缩小后再附加。</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Markdown files in a ZIP</source>
        <translation>ZIP 中的 Markdown 文件</translation>
    </message>
    <message>
        <source>Markdown files in a folder</source>
        <translation>文件夹中的 Markdown 文件</translation>
    </message>
    <message>
        <source>Mean divergence from the same model in float32, in nats.</source>
        <translation>与同一模型 float32 版本的平均散度，单位 nat。</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Measure fewer.</source>
        <translation>请减少测量的数量。</translation>
    </message>
    <message>
        <source>Measure here</source>
        <translation>在本机测量</translation>
    </message>
    <message>
        <source>Measure here as {precision}, with random weights</source>
        <translation>以 {precision} 在本机测量（随机权重）</translation>
    </message>
    <message>
        <source>Measure its fidelity as {precision}</source>
        <translation>测量 {precision} 的保真度</translation>
    </message>
    <message>
        <source>Measure its speed as {precision}</source>
        <translation>测量 {precision} 的速度</translation>
    </message>
    <message>
        <source>Measured by a benchmark: writing, nothing before it.</source>
        <translation>由基准测试测得：写作，之前没有文本。</translation>
    </message>
    <message>
        <source>Measured in chats: the median of the newest answers.</source>
        <translation>在对话中测得：最新回答的中位数。</translation>
    </message>
    <message>
        <source>Measured just now.</source>
        <translation>刚刚测得。</translation>
    </message>
    <message>
        <source>Measured with random weights of its shape: speed does not depend on what they are.</source>
        <translation>用同样形状的随机权重测得：速度与权重的值无关。</translation>
    </message>
    <message>
        <source>Measured {ago}.</source>
        <translation>测量于{ago}。</translation>
    </message>
    <message>
        <source>Measuring the memory</source>
        <translation>正在测量内存</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Memory bandwidth</source>
        <translation>内存带宽</translation>
    </message>
    <message>
        <source>Memory is nearly full: {free} GB are free.</source>
        <translation>内存即将用尽：剩余 {free} GB。</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>内存上限</translation>
    </message>
    <message>
        <source>Memory read at {speed} GB/s</source>
        <translation>内存读取 {speed} GB/s</translation>
    </message>
    <message>
        <source>Memory, nothing measured</source>
        <translation>内存，无测量值</translation>
    </message>
    <message>
        <source>Memory, now {values} of {total} GB</source>
        <translation>内存，当前 {values} / {total} GB</translation>
    </message>
    <message>
        <source>Memory-bound: faster memory would help, more cores would not.</source>
        <translation>受内存限制：更快的内存有帮助，更多核心则没有。</translation>
    </message>
    <message>
        <source>Mend it first.</source>
        <translation>请先修正该文件。</translation>
    </message>
    <message>
        <source>Mend it there and copy what you need.</source>
        <translation>请在其中修正，并复制所需内容。</translation>
    </message>
    <message>
        <source>Mend it there; nothing was taken over.</source>
        <translation>请在其中修正；未导入任何内容。</translation>
    </message>
    <message>
        <source>Mend it; defaults count meanwhile.</source>
        <translation>请修正；期间使用默认值。</translation>
    </message>
    <message>
        <source>Mend the line, or take it out; until then its default counts.</source>
        <translation>请修正或删除该行；在此之前使用默认值。</translation>
    </message>
    <message>
        <source>Mend the line, or take the entry out; the other models still work.</source>
        <translation>请修正该行或删除该条目；其他模型仍可使用。</translation>
    </message>
    <message>
        <source>Mend the line; the shipped models still work.</source>
        <translation>请修正该行；随附的模型仍可使用。</translation>
    </message>
    <message>
        <source>Mend them, or move them out of the folder; then look for changed files.</source>
        <translation>请修复这些文件或将其移出文件夹，然后查找更改过的文件。</translation>
    </message>
    <message>
        <source>Merge it into its model ({base}) with llama-export-lora, and open the result.</source>
        <translation>请用 llama-export-lora 将其合并到对应的模型（{base}），然后打开结果。</translation>
    </message>
    <message>
        <source>Merge it into its model with the tool that made it (merge_and_unload), and open the result.</source>
        <translation>请用制作它的工具将其合并到模型（merge_and_unload），然后打开结果。</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Message {title}</source>
        <translation>向 {title} 发送消息</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Model at the start</source>
        <translation>启动时的模型</translation>
    </message>
    <message>
        <source>Model that finds by meaning</source>
        <translation>按含义查找的模型</translation>
    </message>
    <message>
        <source>Model: {title}</source>
        <translation>模型：{title}</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models from the hub</source>
        <translation>来自 Hub 的模型</translation>
    </message>
    <message>
        <source>Models of the kind “{kind}” cannot be written as GGUF files yet, only {known}.</source>
        <translation>“{kind}”类型的模型还不能写成 GGUF 文件，目前只支持 {known}。</translation>
    </message>
    <message>
        <source>Models run on this machine and nothing you type leaves it, unless you choose a model on a server: then your chat goes to that server, which the window names. llmdesk reports nothing to anybody.</source>
        <translation>模型在本机运行，输入的内容不会离开本机，除非选择服务器上的模型：此时对话会发送到该服务器，窗口中会显示其名称。llmdesk 不向任何人报告任何信息。</translation>
    </message>
    <message>
        <source>Models that see</source>
        <translation>能看图片的模型</translation>
    </message>
    <message>
        <source>Models that see are shown the image; all others are told its name only.</source>
        <translation>能看图片的模型会看到这张图片，其他模型只会得知它的名称。</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More for this answer</source>
        <translation>此回答的更多操作</translation>
    </message>
    <message>
        <source>More for this model</source>
        <translation>此模型的更多操作</translation>
    </message>
    <message>
        <source>More for this prompt</source>
        <translation>此提示词的更多操作</translation>
    </message>
    <message>
        <source>More than {n} prompt tokens were to be read: nothing is written meanwhile.</source>
        <translation>需要读取超过 {n} 个提示词 token：期间不生成内容。</translation>
    </message>
    <message>
        <source>Most connections</source>
        <translation>最多连接数</translation>
    </message>
    <message>
        <source>Most messages</source>
        <translation>最多消息数</translation>
    </message>
    <message>
        <source>Most passages in a prompt</source>
        <translation>每条提示词的最多段数</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Move it away, or start `llmdesk serve` from it.</source>
        <translation>请将其移走，或在其中启动 `llmdesk serve`。</translation>
    </message>
    <message>
        <source>Move the conversation</source>
        <translation>滚动对话</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>移动到文件夹</translation>
    </message>
    <message>
        <source>Move to the archive</source>
        <translation>移到归档</translation>
    </message>
    <message>
        <source>My preset</source>
        <translation>我的预设</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of a new key</source>
        <translation>新密钥的名称</translation>
    </message>
    <message>
        <source>Name of the collection</source>
        <translation>文件集名称</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>文件夹名称</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>预设名称</translation>
    </message>
    <message>
        <source>Names of this machine</source>
        <translation>本机名称</translation>
    </message>
    <message>
        <source>Native</source>
        <translation>原生</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>New key and QR code</source>
        <translation>新密钥和二维码</translation>
    </message>
    <message>
        <source>New private chat</source>
        <translation>新建私密对话</translation>
    </message>
    <message>
        <source>New prompt</source>
        <translation>新建提示词</translation>
    </message>
    <message>
        <source>New race</source>
        <translation>新比赛</translation>
    </message>
    <message>
        <source>Newer versions are looked for of models from the hub only.</source>
        <translation>只为来自 Hub 的模型查找更新的版本。</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一个</translation>
    </message>
    <message>
        <source>Next version of the answer</source>
        <translation>回答的下一版本</translation>
    </message>
    <message>
        <source>Next version of the prompt</source>
        <translation>提示词的下一版本</translation>
    </message>
    <message>
        <source>No answer gets longer than this.</source>
        <translation>回答不会超过此长度。</translation>
    </message>
    <message>
        <source>No answers kept</source>
        <translation>未保存回答</translation>
    </message>
    <message>
        <source>No chat is archived.</source>
        <translation>没有归档的对话。</translation>
    </message>
    <message>
        <source>No chat that is sent to the server may have more messages.</source>
        <translation>发送给服务器的对话不得超过此消息数。</translation>
    </message>
    <message>
        <source>No folder is searched yet</source>
        <translation>还没有可搜索的文件夹</translation>
    </message>
    <message>
        <source>No key is needed as long as there is none; make one to keep other users of this machine out.</source>
        <translation>没有密钥时无需密钥；创建密钥可阻止本机其他用户使用。</translation>
    </message>
    <message>
        <source>No lane came to its end.</source>
        <translation>没有赛道跑完。</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <source>No model in memory</source>
        <translation>内存中没有模型</translation>
    </message>
    <message>
        <source>No model is on this machine yet</source>
        <translation>本机尚无模型</translation>
    </message>
    <message>
        <source>No model is on this machine yet.</source>
        <translation>本机还没有模型。</translation>
    </message>
    <message>
        <source>No model of this name is in the list. Enter searches the hub for it.</source>
        <translation>列表中没有这个名称的模型。按回车键在 Hub 上搜索。</translation>
    </message>
    <message>
        <source>No other machine can reach it. All networks lets phones in this room use it, too, with a key.</source>
        <translation>其他设备无法访问。选择“所有网络”后，附近的手机也可凭密钥使用。</translation>
    </message>
    <message>
        <source>No program for this file was found.</source>
        <translation>未找到打开此文件的程序。</translation>
    </message>
    <message>
        <source>No request to the server may be larger.</source>
        <translation>发送给服务器的请求不得大于此值。</translation>
    </message>
    <message>
        <source>No secure connection to {host} could be made.</source>
        <translation>无法与 {host} 建立安全连接。</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>没有包含这些词的设置。</translation>
    </message>
    <message>
        <source>No system prompt</source>
        <translation>无系统提示词</translation>
    </message>
    <message>
        <source>No tokens</source>
        <translation>无 token</translation>
    </message>
    <message>
        <source>No verdict: fewer than two lanes have a speed.</source>
        <translation>无法判定：有速度的赛道不足两条。</translation>
    </message>
    <message>
        <source>Nobody publishes versions of this build of llmdesk.</source>
        <translation>此 llmdesk 构建没有人发布版本。</translation>
    </message>
    <message>
        <source>Not enough space in {parent}: {needed:.2f} GB are needed, {free:.2f} GB are free.</source>
        <translation>{parent} 空间不足：需要 {needed:.2f} GB，可用 {free:.2f} GB。</translation>
    </message>
    <message>
        <source>Not every system can have files of such names: rename them and back up again.</source>
        <translation>并非每个系统都支持这样的文件名：请重命名后再次备份。</translation>
    </message>
    <message>
        <source>Not memory-bound: faster or more cores would help, faster memory would not.</source>
        <translation>不受内存限制：更快或更多的核心有帮助，更快的内存则没有。</translation>
    </message>
    <message>
        <source>Not memory-bound: other programs take the processor.</source>
        <translation>不受内存限制：其他程序占用了处理器。</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>Not seen by the model</source>
        <translation>模型看不到</translation>
    </message>
    <message>
        <source>Not sent while the first one is being edited</source>
        <translation>编辑第一条期间不发送</translation>
    </message>
    <message>
        <source>Not sent yet</source>
        <translation>尚未发送</translation>
    </message>
    <message>
        <source>Not sent, for the answer did not come to its end</source>
        <translation>未发送，因为回答未完成</translation>
    </message>
    <message>
        <source>Not sent, for the answer failed</source>
        <translation>未发送，因为回答出错</translation>
    </message>
    <message>
        <source>Not sent, for the answer was stopped</source>
        <translation>未发送，因为回答已停止</translation>
    </message>
    <message>
        <source>Nothing answers at {host}.</source>
        <translation>{host} 没有响应。</translation>
    </message>
    <message>
        <source>Nothing found for “{words}”.</source>
        <translation>未找到“{words}”。</translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>未找到。</translation>
    </message>
    <message>
        <source>Nothing in the window moves; auto: where the system asks for that.</source>
        <translation>窗口中没有动画；auto：按系统要求。</translation>
    </message>
    <message>
        <source>Nothing is being answered.</source>
        <translation>当前没有正在处理的请求。</translation>
    </message>
    <message>
        <source>Nothing of it fits into this machine's memory.</source>
        <translation>其中没有一个能放进本机内存。</translation>
    </message>
    <message>
        <source>Nothing of what was found fits this machine.</source>
        <translation>搜索结果中没有适合本机的。</translation>
    </message>
    <message>
        <source>Nothing on this machine yet</source>
        <translation>本机尚无模型</translation>
    </message>
    <message>
        <source>Nothing that fits was found in {where}.</source>
        <translation>在 {where} 中没有找到相符的内容。</translation>
    </message>
    <message>
        <source>Nothing to be found</source>
        <translation>没有可查找的内容</translation>
    </message>
    <message>
        <source>Nothing was answered yet, or it was erased. Counted are the answers of kept chats.</source>
        <translation>尚无回答，或已被清除。统计的是已保存对话中的回答。</translation>
    </message>
    <message>
        <source>Nothing was asked, so nothing was recorded.</source>
        <translation>没有提问，因此没有录制任何内容。</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>未做任何更改。</translation>
    </message>
    <message>
        <source>Nothing was changed. Do not trust this file.</source>
        <translation>未做任何更改。请勿信任此文件。</translation>
    </message>
    <message>
        <source>Nothing was fetched. Try again later; if it happens again, somebody on the way may be changing the file.</source>
        <translation>未下载任何内容。请稍后重试；如果再次发生，可能有人在途中篡改文件。</translation>
    </message>
    <message>
        <source>Nothing was found.</source>
        <translation>没有找到任何内容。</translation>
    </message>
    <message>
        <source>Nothing was found. Other words may find it.</source>
        <translation>没有找到任何内容。换个说法也许能找到。</translation>
    </message>
    <message>
        <source>Nothing was found. Try fewer words, or other filters.</source>
        <translation>没有找到。请减少词语，或更换筛选条件。</translation>
    </message>
    <message>
        <source>Nothing was measured here yet: 40 to 90 % are assumed.</source>
        <translation>本机尚未测量：假定为 40 至 90 %。</translation>
    </message>
    <message>
        <source>Nothing was measured on this machine yet. Run measures what is picked above.</source>
        <translation>本机尚未测量任何内容。运行后将测量上面所选的内容。</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Now passages are found if they have words of the question. A small model, {title}, which is fetched once and runs on this machine, finds those that say it in other words.</source>
        <translation>现在只能找到含有问题用词的段落。小模型 {title} 只需下载一次并在本机运行，能找到用其他说法表达的段落。</translation>
    </message>
    <message>
        <source>Of memory</source>
        <translation>占内存速度</translation>
    </message>
    <message>
        <source>Of your own: {names}</source>
        <translation>自定义：{names}</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Off. While it is on, other programs can use the models that llmdesk has.</source>
        <translation>已关闭。开启后，其他程序可使用 llmdesk 的模型。</translation>
    </message>
    <message>
        <source>Offline mode</source>
        <translation>离线模式</translation>
    </message>
    <message>
        <source>Offline mode: no model is searched for or fetched, and nobody is asked.</source>
        <translation>离线模式：不搜索也不获取模型，不访问任何地址。</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>On the Intel GPU the weights are held in 16 bits.</source>
        <translation>在 Intel GPU 上，权重以 16 位保存。</translation>
    </message>
    <message>
        <source>On, and open to the network: whoever has a key can use it.</source>
        <translation>已开启并对网络开放：持有密钥者均可使用。</translation>
    </message>
    <message>
        <source>On, for programs on this machine.</source>
        <translation>已开启，供本机程序使用。</translation>
    </message>
    <message>
        <source>Once a day llmdesk looks whether there is a newer version, and tells; nothing is installed by itself.</source>
        <translation>llmdesk 每天检查一次是否有新版本并告知；不会自动安装任何内容。</translation>
    </message>
    <message>
        <source>One lane computes at a time; the others wait. What you see now is the measurement, not the race.</source>
        <translation>每次只有一条赛道在计算，其余等待。现在看到的是测量，不是比赛。</translation>
    </message>
    <message>
        <source>One moment: the model is being made ready</source>
        <translation>请稍候：正在准备模型</translation>
    </message>
    <message>
        <source>Only folders can be collections.</source>
        <translation>只有文件夹可以作为文件集。</translation>
    </message>
    <message>
        <source>Only if it wants one; kept in the system's keyring</source>
        <translation>仅在服务器要求时填写；保存在系统密钥环中</translation>
    </message>
    <message>
        <source>Only so many of the likeliest tokens are drawn from; 0: all.</source>
        <translation>仅从这么多个最可能的 token 中抽取；0：全部。</translation>
    </message>
    <message>
        <source>Only the likeliest tokens that make up this share; 1: all.</source>
        <translation>仅取累计达到此比例的最可能 token；1：全部。</translation>
    </message>
    <message>
        <source>Only tokens of this share of the likeliest one's; 0: all.</source>
        <translation>仅取概率达到最可能 token 此比例的 token；0：全部。</translation>
    </message>
    <message>
        <source>Only what fits this machine</source>
        <translation>仅显示适合本机的</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>已展开</translation>
    </message>
    <message>
        <source>Open GGUF file…</source>
        <translation>打开 GGUF 文件…</translation>
    </message>
    <message>
        <source>Open a GGUF file</source>
        <translation>打开 GGUF 文件</translation>
    </message>
    <message>
        <source>Open a folder that holds these files of the model, too.</source>
        <translation>请打开同时包含这些文件的文件夹。</translation>
    </message>
    <message>
        <source>Open a folder with a model</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>Open a race</source>
        <translation>打开比赛</translation>
    </message>
    <message>
        <source>Open a race…</source>
        <translation>打开比赛…</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open it from its new place.</source>
        <translation>请从新位置打开。</translation>
    </message>
    <message>
        <source>Open its page…</source>
        <translation>打开它的页面…</translation>
    </message>
    <message>
        <source>Open link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <source>Open log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Open one of them: {names}.</source>
        <translation>请打开其中之一：{names}。</translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Open the file or folder that its line FROM names.</source>
        <translation>请打开其中 FROM 行所指的文件或文件夹。</translation>
    </message>
    <message>
        <source>Open the file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Open the model by its file below manifests, as manifests/registry.ollama.ai/library/llama3.2/latest.</source>
        <translation>请通过 manifests 下的文件打开模型，如 manifests/registry.ollama.ai/library/llama3.2/latest。</translation>
    </message>
    <message>
        <source>Open the model that it was made from, or one into which the adapter was merged.</source>
        <translation>请打开其原始模型，或已合并适配器的模型。</translation>
    </message>
    <message>
        <source>Open the model's own GGUF file instead; it lies beside this one where that was published.</source>
        <translation>请改为打开模型本身的 GGUF 文件；它与此文件在同一发布处。</translation>
    </message>
    <message>
        <source>Open the model's safetensors folder instead.</source>
        <translation>请改为打开该模型的 safetensors 文件夹。</translation>
    </message>
    <message>
        <source>Open this address outside llmdesk?</source>
        <translation>在 llmdesk 之外打开此地址？</translation>
    </message>
    <message>
        <source>Open this file in the program that the system has for it?</source>
        <translation>用系统为其指定的程序打开此文件吗？</translation>
    </message>
    <message>
        <source>Operations of the prompt that was read last (two for each weight of the layers, and attention), per second, as a share of the processor's speed in matrix products, measured while nothing else runs.</source>
        <translation>上次读取提示词的每秒运算量（各层每个权重两次，加上注意力），占空闲时测得的处理器矩阵乘法速度的比例。</translation>
    </message>
    <message>
        <source>Or set HF_TOKEN.</source>
        <translation>或者设置 HF_TOKEN。</translation>
    </message>
    <message>
        <source>Other programs take {share}, so answers come slower.</source>
        <translation>其他程序占用 {share}，因此回答较慢。</translation>
    </message>
    <message>
        <source>Out of a GGUF file of such a model another precision can be made.</source>
        <translation>此类模型的 GGUF 文件可以转换成其他精度。</translation>
    </message>
    <message>
        <source>Out of its folder</source>
        <translation>移出文件夹</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>PDFs in a ZIP</source>
        <translation>ZIP 中的 PDF</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Pages that are images have to be recognized first.</source>
        <translation>图片页面需要先进行文字识别。</translation>
    </message>
    <message>
        <source>Painted {painted} of {came} tok/s, {behind} ms behind the engine</source>
        <translation>已绘制 {painted} / {came} tok/s，比引擎晚 {behind} 毫秒</translation>
    </message>
    <message>
        <source>Passages are found by their words only: the sentence model is not on this machine.</source>
        <translation>只能按用词查找段落：本机没有句子模型。</translation>
    </message>
    <message>
        <source>Passages are found by their words only: the settings name no sentence model.</source>
        <translation>只能按用词查找段落：设置中没有指定句子模型。</translation>
    </message>
    <message>
        <source>Passages of these files that fit a question go to the model with it.</source>
        <translation>这些文件中与问题相符的段落会随问题一起交给模型。</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause the graphs</source>
        <translation>暂停图表</translation>
    </message>
    <message>
        <source>Pause the graphs, or back to live</source>
        <translation>暂停图表，或返回实时</translation>
    </message>
    <message>
        <source>Paused, {ago}</source>
        <translation>已暂停，{ago}</translation>
    </message>
    <message>
        <source>Phones in the same network scan it: it opens {address} with the key. Show it to nobody else.</source>
        <translation>同一网络中的手机可扫描：它会附带密钥打开 {address}。请勿给他人看。</translation>
    </message>
    <message>
        <source>Pick several depths to see how a long chat slows the model down.</source>
        <translation>选择多个深度，查看长对话会使模型慢多少。</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Pin the chat, or unpin it</source>
        <translation>置顶或取消置顶对话</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Place in the race</source>
        <translation>比赛中的位置</translation>
    </message>
    <message>
        <source>Place in the recording</source>
        <translation>录制中的位置</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play a recording</source>
        <translation>播放录制</translation>
    </message>
    <message>
        <source>Play a recording while nobody is there</source>
        <translation>无人时播放录制</translation>
    </message>
    <message>
        <source>Play a recording…</source>
        <translation>播放录制…</translation>
    </message>
    <message>
        <source>Play it</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Please note</source>
        <translation>请注意</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Port {free} is free: `llmdesk serve --port {free}`.</source>
        <translation>端口 {free} 空闲：`llmdesk serve --port {free}`。</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>功率</translation>
    </message>
    <message>
        <source>Power of the {source} over the last half second. Per token: its mean over the last two seconds, by the tokens per second of the last one.</source>
        <translation>最近半秒的功率（{source}）。每 token：最近两秒的平均功率除以最近一秒的每秒 token 数。</translation>
    </message>
    <message>
        <source>Power, now {value}</source>
        <translation>功率，当前 {value}</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Precision: {precision}</source>
        <translation>精度：{precision}</translation>
    </message>
    <message>
        <source>Precisions</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Presenter mode</source>
        <translation>演讲模式</translation>
    </message>
    <message>
        <source>Preset of new chats</source>
        <translation>新对话的预设</translation>
    </message>
    <message>
        <source>Presets (*.toml *.json);;All files (*)</source>
        <translation>预设 (*.toml *.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Presets of your own</source>
        <translation>自定义预设</translation>
    </message>
    <message>
        <source>Presets of your own, each a table [sampling.presets.NAME] with the keys of sampling.custom.</source>
        <translation>自己的预设，每个为一个 [sampling.presets.NAME] 表，键与 sampling.custom 相同。</translation>
    </message>
    <message>
        <source>Presets stand in the list at the top.</source>
        <translation>预设位于顶部的列表中。</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>过去 7 天</translation>
    </message>
    <message>
        <source>Previous version of the answer</source>
        <translation>回答的上一版本</translation>
    </message>
    <message>
        <source>Previous version of the prompt</source>
        <translation>提示词的上一版本</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Private chat – llmdesk</source>
        <translation>私密对话 – llmdesk</translation>
    </message>
    <message>
        <source>Private chat: nothing of it is written to the disk, and it is gone when it is closed.</source>
        <translation>私密对话：不会写入磁盘，关闭后即消失。</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Processor or Intel GPU, from the next load on.</source>
        <translation>处理器或 Intel GPU，下次加载时生效。</translation>
    </message>
    <message>
        <source>Processor, nothing measured</source>
        <translation>处理器，无测量值</translation>
    </message>
    <message>
        <source>Processor, now {values}</source>
        <translation>处理器，当前 {values}</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Prompt compute</source>
        <translation>提示词计算</translation>
    </message>
    <message>
        <source>Prompt lookup</source>
        <translation>提示词查找</translation>
    </message>
    <message>
        <source>Prompt tokens</source>
        <translation>提示词 token</translation>
    </message>
    <message>
        <source>Prompt {percent} read</source>
        <translation>提示词已读取 {percent}</translation>
    </message>
    <message>
        <source>Prompt's length</source>
        <translation>提示词长度</translation>
    </message>
    <message>
        <source>Prompt: {prompt}</source>
        <translation>提示词：{prompt}</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>提示词库</translation>
    </message>
    <message>
        <source>Prompts (*.toml);;All files (*)</source>
        <translation>提示词 (*.toml);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Prompts and commands</source>
        <translation>提示词和命令</translation>
    </message>
    <message>
        <source>Prompts for visitors</source>
        <translation>访客提示词</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Put all of them into one folder, under the names that they were published with.</source>
        <translation>请将它们全部放入一个文件夹，并保留发布时的名称。</translation>
    </message>
    <message>
        <source>Put in</source>
        <translation>填入</translation>
    </message>
    <message>
        <source>Put the pieces together in their order (cat {whole}?* &gt; {whole}), then open {whole}.</source>
        <translation>请按顺序合并各部分（cat {whole}?* &gt; {whole}），然后打开 {whole}。</translation>
    </message>
    <message>
        <source>PyTorch and transformers are not installed.</source>
        <translation>未安装 PyTorch 和 transformers。</translation>
    </message>
    <message>
        <source>PyTorch's operators</source>
        <translation>PyTorch 的算子</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation>二维码</translation>
    </message>
    <message>
        <source>QR code for {address}</source>
        <translation>{address} 的二维码</translation>
    </message>
    <message>
        <source>QR code that opens {address} with a key</source>
        <translation>附带密钥打开 {address} 的二维码</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Quote in the prompt</source>
        <translation>在提示词中引用</translation>
    </message>
    <message>
        <source>Quote what is selected, or the last answer</source>
        <translation>引用所选内容或上一个回答</translation>
    </message>
    <message>
        <source>REPLAY</source>
        <translation>回放</translation>
    </message>
    <message>
        <source>Race</source>
        <translation>比赛</translation>
    </message>
    <message>
        <source>Races of llmdesk (*.json)</source>
        <translation>llmdesk 比赛 (*.json)</translation>
    </message>
    <message>
        <source>Races of llmdesk (*.json);;All files (*)</source>
        <translation>llmdesk 比赛 (*.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Raise engine.memory_limit_gb, or measure a lower precision or a smaller model.</source>
        <translation>请提高 engine.memory_limit_gb，或测量更低的精度或更小的模型。</translation>
    </message>
    <message>
        <source>Random weights of its shape: speed does not depend on what they are.</source>
        <translation>同样形状的随机权重：速度与权重的值无关。</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>Reading prompt, {done} of {total} tokens</source>
        <translation>正在读取提示词，{done} / {total} 个 token</translation>
    </message>
    <message>
        <source>Reading prompt, {done} of {total} tokens, {reused} of them reused</source>
        <translation>正在读取提示词，{done} / {total} 个 token，其中复用 {reused} 个</translation>
    </message>
    <message>
        <source>Reading {done:,} of {total:,} files</source>
        <translation>正在读取第 {done:,} / {total:,} 个文件</translation>
    </message>
    <message>
        <source>Reading {tokens} tokens, {run}</source>
        <translation>正在读取 {tokens} 个 token，{run}</translation>
    </message>
    <message>
        <source>Reading, tok/s</source>
        <translation>读取，tok/s</translation>
    </message>
    <message>
        <source>Record what is asked and answered, or stop</source>
        <translation>录制提问与回答，或停止录制</translation>
    </message>
    <message numerus="yes">
        <source>Recorded {when}: {models}. {processor}, %n core(s), {memory}, {program}.</source>
        <translation>
            <numerusform>录制于 {when}：{models}。{processor}，%Ln 个核心，{memory}，{program}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Recording to play</source>
        <translation>要播放的录制</translation>
    </message>
    <message>
        <source>Recording. Prompts, answers and figures from now on go into the file; private chats do not.</source>
        <translation>正在录制。从现在起，提示词、回答和数据会写入文件；私密对话除外。</translation>
    </message>
    <message>
        <source>Recordings (*.json *.gz);;All files (*)</source>
        <translation>录制文件 (*.json *.gz);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Recordings (*.json.gz *.json)</source>
        <translation>录制文件 (*.json.gz *.json)</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>减少动画</translation>
    </message>
    <message>
        <source>Refuse a question that leaves no room for a whole answer</source>
        <translation>拒绝没有空间容纳完整回答的问题</translation>
    </message>
    <message>
        <source>Refuse the question</source>
        <translation>拒绝问题</translation>
    </message>
    <message>
        <source>Regenerate answer</source>
        <translation>重新生成回答</translation>
    </message>
    <message>
        <source>Regenerate the answer, or ask for the rest of it.</source>
        <translation>请重新生成回答，或请它给出其余部分。</translation>
    </message>
    <message>
        <source>Regenerate the last answer</source>
        <translation>重新生成上一个回答</translation>
    </message>
    <message>
        <source>Regenerate the last answer with another model</source>
        <translation>用其他模型重新生成上一个回答</translation>
    </message>
    <message>
        <source>Regenerate with another model</source>
        <translation>用其他模型重新生成</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>远程</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove it above the prompt, then send again.</source>
        <translation>请在输入框上方将其移除，然后重新发送。</translation>
    </message>
    <message>
        <source>Remove it and its files?</source>
        <translation>删除该模型及其文件？</translation>
    </message>
    <message>
        <source>Remove it and its files…</source>
        <translation>删除模型及其文件…</translation>
    </message>
    <message>
        <source>Remove its files from the disk?</source>
        <translation>从磁盘删除其文件？</translation>
    </message>
    <message>
        <source>Remove its files…</source>
        <translation>删除文件…</translation>
    </message>
    <message>
        <source>Remove some that are not needed.</source>
        <translation>请移除一些不需要的文件。</translation>
    </message>
    <message>
        <source>Remove the preset of this name</source>
        <translation>删除此名称的预设</translation>
    </message>
    <message>
        <source>Remove this lane</source>
        <translation>移除此赛道</translation>
    </message>
    <message>
        <source>Remove waiting prompt {number}</source>
        <translation>移除等待中的提示词 {number}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>Removed: “{name}”. Its files stay where they are.</source>
        <translation>已移除：“{name}”。文件保持原位。</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Rename it, or choose another one.</source>
        <translation>请将其重命名，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Rename it, or set LLMDESK_HOME to another folder.</source>
        <translation>请重命名该文件夹，或将 LLMDESK_HOME 设为其他文件夹。</translation>
    </message>
    <message>
        <source>Rename the chat</source>
        <translation>重命名对话</translation>
    </message>
    <message>
        <source>Rename the file, or the folder that it lies in, then open it again.</source>
        <translation>请重命名该文件或其所在文件夹，然后重新打开。</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>重命名 {name}</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Replace the file</source>
        <translation>替换文件</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>回放</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Restore it again, or what was there before: `llmdesk restore {kept}`.</source>
        <translation>请再恢复一次，或恢复之前的内容：`llmdesk restore {kept}`。</translation>
    </message>
    <message>
        <source>Restore it again.</source>
        <translation>请再恢复一次。</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Reused of it</source>
        <translation>其中复用</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>吊销</translation>
    </message>
    <message>
        <source>Revoke the key {name}</source>
        <translation>吊销密钥 {name}</translation>
    </message>
    <message>
        <source>Rewrite</source>
        <translation>改写</translation>
    </message>
    <message>
        <source>Rewrite this politely: I need the report today, why is it late?</source>
        <translation>请礼貌地改写：我今天就要报告，为什么晚了？</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>开始</translation>
    </message>
    <message numerus="yes">
        <source>Run %n test(s)</source>
        <translation>
            <numerusform>运行 %Ln 项测试</numerusform>
        </translation>
    </message>
    <message>
        <source>Runs on {device}</source>
        <translation>运行于 {device}</translation>
    </message>
    <message>
        <source>Runs on {host} and takes no memory here</source>
        <translation>在 {host} 上运行，不占用本机内存</translation>
    </message>
    <message>
        <source>Sampled, with the same seed in all lanes</source>
        <translation>采样，所有赛道使用相同的种子</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Sampling: {name}</source>
        <translation>采样：{name}</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save as prompt</source>
        <translation>存为提示词</translation>
    </message>
    <message>
        <source>Save code</source>
        <translation>保存代码</translation>
    </message>
    <message>
        <source>Save it without one, and attach that.</source>
        <translation>请另存为无密码的文件后再附加。</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Save the picture…</source>
        <translation>保存图片…</translation>
    </message>
    <message>
        <source>Save the race</source>
        <translation>保存比赛</translation>
    </message>
    <message>
        <source>Save the race…</source>
        <translation>保存比赛…</translation>
    </message>
    <message>
        <source>Save the recording</source>
        <translation>保存录制</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Scripted</source>
        <translation>脚本</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search all messages</source>
        <translation>搜索所有消息</translation>
    </message>
    <message>
        <source>Search all messages for “{words}”</source>
        <translation>在所有消息中搜索“{words}”</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Search prompts</source>
        <translation>搜索提示词</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Search the hub…</source>
        <translation>在 Hub 上搜索…</translation>
    </message>
    <message>
        <source>Searched by words only. {why}</source>
        <translation>仅按字词搜索。{why}</translation>
    </message>
    <message>
        <source>Searched by words only: the engine is busy.</source>
        <translation>仅按词语搜索：引擎正忙。</translation>
    </message>
    <message>
        <source>Searched by words only: the passages are still being prepared.</source>
        <translation>仅按字词搜索：各段内容仍在准备中。</translation>
    </message>
    <message>
        <source>Searched by words only: {title} is not on this machine yet.</source>
        <translation>仅按字词搜索：{title} 尚未下载到本机。</translation>
    </message>
    <message>
        <source>Searched for passages</source>
        <translation>按段落搜索</translation>
    </message>
    <message numerus="yes">
        <source>Searched: %n passage(s)</source>
        <translation>
            <numerusform>已搜索：%Ln 个段落</numerusform>
        </translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>正在搜索</translation>
    </message>
    <message numerus="yes">
        <source>Searching %n passage(s)</source>
        <translation>
            <numerusform>正在搜索 %Ln 个段落</numerusform>
        </translation>
    </message>
    <message>
        <source>Searching asks {host}. Nothing is asked before that.</source>
        <translation>搜索会访问 {host}。在此之前不会发出任何请求。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Seen by the model</source>
        <translation>模型会看到</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select the whole message</source>
        <translation>选择整条消息</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Send again in a moment, or remove the file.</source>
        <translation>请稍后重新发送，或移除该文件。</translation>
    </message>
    <message>
        <source>Send it when this answer is complete (Enter)</source>
        <translation>此回答完成后发送（Enter）</translation>
    </message>
    <message>
        <source>Send next</source>
        <translation>接着发送</translation>
    </message>
    <message>
        <source>Send the prompt</source>
        <translation>发送提示词</translation>
    </message>
    <message>
        <source>Send without passages</source>
        <translation>不带段落发送</translation>
    </message>
    <message>
        <source>Sent when this answer is complete</source>
        <translation>此回答完成后发送</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Set LLMDESK_DEVICE=cpu, or `llmdesk config set engine.device cpu`, to use the processor.</source>
        <translation>设置 LLMDESK_DEVICE=cpu 或运行 `llmdesk config set engine.device cpu` 以使用处理器。</translation>
    </message>
    <message>
        <source>Set it and start llmdesk again.</source>
        <translation>请设置后重新启动 llmdesk。</translation>
    </message>
    <message>
        <source>Set it to a number such as 4.</source>
        <translation>请设为数字，例如 4。</translation>
    </message>
    <message>
        <source>Set it to a number such as 8.</source>
        <translation>请设为数字，例如 8。</translation>
    </message>
    <message>
        <source>Set one of its entries: {key}.NAME</source>
        <translation>请设置其中的条目：{key}.NAME</translation>
    </message>
    <message>
        <source>Set one of its values, such as {names}.</source>
        <translation>请设置其中的值，例如 {names}。</translation>
    </message>
    <message>
        <source>Set {origin}=native.</source>
        <translation>请设置 {origin}=native。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Shorten it or start a new chat.</source>
        <translation>请缩短内容，或开始新对话。</translation>
    </message>
    <message>
        <source>Shorten it, or choose a model with a longer context.</source>
        <translation>请缩短提示词，或选择上下文更长的模型。</translation>
    </message>
    <message>
        <source>Shorten it. It is still where you wrote it.</source>
        <translation>请缩短。文本仍在输入处。</translation>
    </message>
    <message>
        <source>Show all figures</source>
        <translation>显示全部数据</translation>
    </message>
    <message>
        <source>Show in a window of its own</source>
        <translation>在单独窗口中显示</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show or fold away all figures of the last answer</source>
        <translation>显示或折叠上一个回答的全部数据</translation>
    </message>
    <message>
        <source>Show or fold away what the model thought</source>
        <translation>显示或折叠模型的思考内容</translation>
    </message>
    <message>
        <source>Show or hide each core</source>
        <translation>显示或隐藏各核心</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>显示或隐藏对话列表</translation>
    </message>
    <message>
        <source>Show or hide the dashboard</source>
        <translation>显示或隐藏仪表盘</translation>
    </message>
    <message>
        <source>Show the archive, or the chats</source>
        <translation>显示归档或对话列表</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>Show the main figures only</source>
        <translation>仅显示主要数据</translation>
    </message>
    <message>
        <source>Show the source</source>
        <translation>显示源文本</translation>
    </message>
    <message>
        <source>Show the window</source>
        <translation>显示窗口</translation>
    </message>
    <message>
        <source>Show this window to the audience, or stop</source>
        <translation>向观众展示此窗口，或停止展示</translation>
    </message>
    <message>
        <source>Show what the model thought</source>
        <translation>显示模型的思考内容</translation>
    </message>
    <message>
        <source>Side bar</source>
        <translation>侧边栏</translation>
    </message>
    <message>
        <source>Size of everything in the window.</source>
        <translation>窗口中所有内容的大小。</translation>
    </message>
    <message>
        <source>Slower engine</source>
        <translation>引擎较慢</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Some benchmarks in {file} cannot be read (lines {lines}); they were left as they are.</source>
        <translation>{file} 中有些基准测试结果无法读取（第 {lines} 行），已原样保留。</translation>
    </message>
    <message>
        <source>Something inside llmdesk failed. The window goes on; the details help to mend it.</source>
        <translation>llmdesk 内部出错。窗口可继续使用；详细信息有助于修复。</translation>
    </message>
    <message>
        <source>Something went wrong inside llmdesk: {kind}: {reason}</source>
        <translation>llmdesk 内部出错：{kind}：{reason}</translation>
    </message>
    <message>
        <source>Source {number}</source>
        <translation>来源 {number}</translation>
    </message>
    <message>
        <source>Source {number}: {where}</source>
        <translation>来源 {number}：{where}</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Sources, at most</source>
        <translation>来源（最多）</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Speed {speed}</source>
        <translation>速度 {speed}</translation>
    </message>
    <message>
        <source>Stack: {stack}</source>
        <translation>运行环境：{stack}</translation>
    </message>
    <message>
        <source>Stack: {stack}, for all that these kernels do not run</source>
        <translation>运行环境：{stack}，用于这些内核不执行的部分</translation>
    </message>
    <message>
        <source>Stand mode</source>
        <translation>展台模式</translation>
    </message>
    <message>
        <source>Stand mode starts over when nobody has touched the machine for so long.</source>
        <translation>在这段时间内无人操作时，展台模式重新开始。</translation>
    </message>
    <message>
        <source>Stand mode, for a machine that visitors use</source>
        <translation>展台模式，供访客使用的机器</translation>
    </message>
    <message>
        <source>Start a new chat, choose a smaller model or a shorter context. {on_cpu_hint}</source>
        <translation>请开始新对话，或选择更小的模型或更短的上下文。{on_cpu_hint}</translation>
    </message>
    <message>
        <source>Start a new chat, shorten the question, or let the oldest turns be left out.</source>
        <translation>请开始新对话、缩短问题，或允许省略最早的对话。</translation>
    </message>
    <message>
        <source>Start a new chat.</source>
        <translation>请开始新对话。</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>登录时启动</translation>
    </message>
    <message>
        <source>Start it with the window</source>
        <translation>随窗口启动</translation>
    </message>
    <message>
        <source>Start llmdesk again.</source>
        <translation>请重新启动 llmdesk。</translation>
    </message>
    <message>
        <source>Start llmdesk without HF_HUB_OFFLINE.</source>
        <translation>请在不设置 HF_HUB_OFFLINE 的情况下启动 llmdesk。</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Start over after</source>
        <translation>多久后重新开始</translation>
    </message>
    <message>
        <source>Start over in an empty chat</source>
        <translation>在空白对话中重新开始</translation>
    </message>
    <message>
        <source>Start the race</source>
        <translation>开始比赛</translation>
    </message>
    <message>
        <source>Start the server, or check its address and port.</source>
        <translation>请启动服务器，或检查其地址和端口。</translation>
    </message>
    <message>
        <source>Start with the window</source>
        <translation>随窗口启动</translation>
    </message>
    <message>
        <source>Start “llmdesk serve” on its own, and add that one.</source>
        <translation>请单独启动 “llmdesk serve”，然后添加那个服务器。</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Starting over in {seconds} s</source>
        <translation>{seconds} 秒后重新开始</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Still in use: {title}</source>
        <translation>仍在使用：{title}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>停止并保存</translation>
    </message>
    <message>
        <source>Stop it</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop it now</source>
        <translation>立即停止</translation>
    </message>
    <message>
        <source>Stop it with Esc or wait for its end.</source>
        <translation>请按 Esc 停止，或等待其结束。</translation>
    </message>
    <message>
        <source>Stop it with Esc, then delete.</source>
        <translation>请按 Esc 停止，然后删除。</translation>
    </message>
    <message>
        <source>Stop it, then play the recording.</source>
        <translation>请先停止它，再播放录制。</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>停止回答，或关闭打开的面板</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Stopped. What has arrived is kept; fetching goes on from there.</source>
        <translation>已停止。已下载的部分会保留；下次从此处继续。</translation>
    </message>
    <message>
        <source>Stopped. What was measured before is kept.</source>
        <translation>已停止。之前测得的结果已保留。</translation>
    </message>
    <message>
        <source>Switch hub.offline off in the settings (or start llmdesk without HF_HUB_OFFLINE).</source>
        <translation>请在设置中关闭 hub.offline（或在启动 llmdesk 时不设置 HF_HUB_OFFLINE）。</translation>
    </message>
    <message>
        <source>Switch it on again; the log says what happened.</source>
        <translation>请重新开启；日志中有发生的情况。</translation>
    </message>
    <message>
        <source>Switch it on and open it under Local server (Ctrl+Shift+S).</source>
        <translation>请在“本地服务器”(Ctrl+Shift+S) 中开启并开放。</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>System prompt for visitors</source>
        <translation>访客的系统提示词</translation>
    </message>
    <message>
        <source>System prompt of new chats</source>
        <translation>新对话的系统提示词</translation>
    </message>
    <message>
        <source>System prompt of this chat</source>
        <translation>此对话的系统提示词</translation>
    </message>
    <message>
        <source>TOML writes decimals with a dot, such as 0.5</source>
        <translation>TOML 的小数使用点号，例如 0.5</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Take a simpler schema.</source>
        <translation>请使用更简单的 Schema。</translation>
    </message>
    <message>
        <source>Take another copy of it. Nothing was changed.</source>
        <translation>请使用它的另一份副本。未做任何更改。</translation>
    </message>
    <message>
        <source>Take another name, or remove that one first.</source>
        <translation>请换一个名称，或先删除现有的密钥。</translation>
    </message>
    <message>
        <source>Take it off the list? Its files stay.</source>
        <translation>从列表中移除？文件会保留。</translation>
    </message>
    <message>
        <source>Take it off the list? Its server stays as it is.</source>
        <translation>从列表中移除？其服务器保持不变。</translation>
    </message>
    <message>
        <source>Take off the list…</source>
        <translation>从列表中移除…</translation>
    </message>
    <message>
        <source>Take them</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Take up to 64 letters, digits, points, dashes.</source>
        <translation>请使用最多 64 个字母、数字、点或连字符。</translation>
    </message>
    <message>
        <source>Taken in: {names}. They stand in the list at the top.</source>
        <translation>已导入：{names}。它们位于顶部的列表中。</translation>
    </message>
    <message>
        <source>Tell a short story of a robot that learns to paint.</source>
        <translation>讲一个机器人学画画的短故事。</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Text of the prompt</source>
        <translation>提示词文本</translation>
    </message>
    <message>
        <source>Text of {name}</source>
        <translation>{name} 的文本</translation>
    </message>
    <message>
        <source>Text {number} has {count:,} tokens, and this model reads {most:,} at once.</source>
        <translation>第 {number} 段文本有 {count:,} 个 token，此模型一次最多读取 {most:,} 个。</translation>
    </message>
    <message>
        <source>Text, code, documents and images (*);;All files (*)</source>
        <translation>文本、代码、文档和图片 (*);;所有文件 (*)</translation>
    </message>
    <message>
        <source>That did not work. Starting over in {seconds} s</source>
        <translation>出了点问题。{seconds} 秒后重新开始</translation>
    </message>
    <message>
        <source>That is no address of a server: {error}.</source>
        <translation>这不是服务器地址：{error}。</translation>
    </message>
    <message>
        <source>The GGUF file has a tensor that llmdesk does not know: {name}.</source>
        <translation>GGUF 文件中有 llmdesk 不认识的张量：{name}。</translation>
    </message>
    <message>
        <source>The GGUF file holds tensors of the type {number}, which llmdesk cannot read.</source>
        <translation>GGUF 文件包含 llmdesk 无法读取的类型 {number} 的张量。</translation>
    </message>
    <message>
        <source>The GGUF file lacks the field {architecture}.{key}.</source>
        <translation>GGUF 文件缺少字段 {architecture}.{key}。</translation>
    </message>
    <message>
        <source>The GGUF file lacks the tensor token_embd.weight.</source>
        <translation>GGUF 文件缺少张量 token_embd.weight。</translation>
    </message>
    <message>
        <source>The Intel GPU cannot go on: {first_line}.</source>
        <translation>Intel GPU 无法继续工作：{first_line}。</translation>
    </message>
    <message>
        <source>The Intel GPU is not used: {reason}.</source>
        <translation>未使用 Intel GPU：{reason}。</translation>
    </message>
    <message>
        <source>The Intel GPU's memory is full.</source>
        <translation>Intel GPU 的显存已满。</translation>
    </message>
    <message>
        <source>The PDF could not be made.</source>
        <translation>无法生成 PDF。</translation>
    </message>
    <message>
        <source>The PIN ends stand mode.</source>
        <translation>输入 PIN 退出展台模式。</translation>
    </message>
    <message>
        <source>The PIN in {file} cannot be read.</source>
        <translation>无法读取 {file} 中的 PIN。</translation>
    </message>
    <message>
        <source>The address of a mirror of the hub, as https://hub.example; empty: huggingface.co, or HF_ENDPOINT if set.</source>
        <translation>Hub 镜像的地址，例如 https://hub.example ；留空：huggingface.co，若设置了 HF_ENDPOINT 则用它。</translation>
    </message>
    <message>
        <source>The address that the local server listens at; any other than this machine's own takes a key.</source>
        <translation>本地服务器的监听地址；除本机地址外，其他地址都需要密钥。</translation>
    </message>
    <message>
        <source>The answer failed.</source>
        <translation>回答失败。</translation>
    </message>
    <message>
        <source>The answer failed: {reason}</source>
        <translation>回答失败：{reason}</translation>
    </message>
    <message>
        <source>The answer is there: {tokens:,} tokens in {time} s.</source>
        <translation>回答已完成：{tokens:,} 个 token，用时 {time} 秒。</translation>
    </message>
    <message>
        <source>The answer to “{title}” could not be completed.</source>
        <translation>“{title}”的回答未能完成。</translation>
    </message>
    <message>
        <source>The answer to “{title}” goes on.</source>
        <translation>“{title}”的回答仍在继续。</translation>
    </message>
    <message>
        <source>The answer to “{title}” is complete.</source>
        <translation>“{title}”的回答已完成。</translation>
    </message>
    <message>
        <source>The answer to “{title}” was stopped; what was written is kept.</source>
        <translation>“{title}”的回答已停止；已写内容会保留。</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>回答已停止。</translation>
    </message>
    <message>
        <source>The architecture {kind} of config.json is unknown to the installed transformers.</source>
        <translation>已安装的 transformers 不认识 config.json 中的架构 {kind}。</translation>
    </message>
    <message>
        <source>The architecture “{kind}” cannot be run: {reason}.</source>
        <translation>无法运行架构“{kind}”：{reason}。</translation>
    </message>
    <message>
        <source>The audience does not see this window any more.</source>
        <translation>观众不再看到此窗口。</translation>
    </message>
    <message>
        <source>The audience would see this window now, but the local server is not open to the network.</source>
        <translation>观众现在本可看到此窗口，但本地服务器未对网络开放。</translation>
    </message>
    <message>
        <source>The backup cannot be restored: {reason}.</source>
        <translation>无法恢复备份：{reason}。</translation>
    </message>
    <message>
        <source>The backup was restored in part only: {reason}.</source>
        <translation>备份只恢复了一部分：{reason}。</translation>
    </message>
    <message>
        <source>The beginning of the prompt, or the whole answer, was still known and not computed again.</source>
        <translation>提示词的开头或整个回答仍在缓存中，没有重新计算。</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted: {verify_message}.</source>
        <translation>{host} 的证书不受信任：{verify_message}。</translation>
    </message>
    <message>
        <source>The chat has more tokens than {served_model} on {host} can take at once.</source>
        <translation>对话的 token 数超过 {host} 上的 {served_model} 一次可接受的数量。</translation>
    </message>
    <message>
        <source>The chat may be too long for it; its own log says more.</source>
        <translation>对话可能过长；详情见服务器的日志。</translation>
    </message>
    <message>
        <source>The chat template's process cannot be started: {reason}.</source>
        <translation>无法启动对话模板进程：{reason}。</translation>
    </message>
    <message>
        <source>The chats are closed: the program is ending.</source>
        <translation>对话已关闭：程序正在退出。</translation>
    </message>
    <message>
        <source>The chats can be read and not changed now.</source>
        <translation>目前可以阅读对话，但不能修改。</translation>
    </message>
    <message>
        <source>The chats cannot be read: {error}.</source>
        <translation>无法读取对话：{error}。</translation>
    </message>
    <message>
        <source>The chats could not be written.</source>
        <translation>无法写入对话。</translation>
    </message>
    <message>
        <source>The chats in {name} are damaged.</source>
        <translation>{name} 中的对话已损坏。</translation>
    </message>
    <message>
        <source>The chats in {name} were written by a newer version of llmdesk.</source>
        <translation>{name} 中的对话由更新版本的 llmdesk 写入。</translation>
    </message>
    <message>
        <source>The compiled kernels cannot be loaded: {error}.</source>
        <translation>无法加载已编译的内核：{error}。</translation>
    </message>
    <message>
        <source>The configuration in {name} cannot be converted</source>
        <translation>无法转换 {name} 中的配置</translation>
    </message>
    <message>
        <source>The connection to {host} was lost.</source>
        <translation>与 {host} 的连接已丢失。</translation>
    </message>
    <message>
        <source>The context is full: the chat has {tokens:,} of {context_tokens:,} tokens.</source>
        <translation>上下文已满：对话占用 {tokens:,} / {context_tokens:,} 个 token。</translation>
    </message>
    <message>
        <source>The context is full: the next question will be refused.</source>
        <translation>上下文已满：下一个问题将被拒绝。</translation>
    </message>
    <message>
        <source>The context is nearly full: the next answer may end before it is complete.</source>
        <translation>上下文即将用尽：下一个回答可能在完成前结束。</translation>
    </message>
    <message numerus="yes">
        <source>The context is nearly full: the oldest turns will be left out of the next question (%n message(s)).</source>
        <translation>
            <numerusform>上下文即将用尽：下一个问题将省略最早的对话（%Ln 条消息）。</numerusform>
        </translation>
    </message>
    <message>
        <source>The context is nearly full: the oldest turns will be left out of the next question.</source>
        <translation>上下文即将用尽：下一个问题将省略最早的对话。</translation>
    </message>
    <message>
        <source>The context is {context_tokens:,} tokens here instead of {context_tokens2:,}: more would not fit into memory.</source>
        <translation>此处上下文为 {context_tokens:,} 而非 {context_tokens2:,} 个 token：更多则内存不足。</translation>
    </message>
    <message>
        <source>The conversation is on the clipboard.</source>
        <translation>对话已复制到剪贴板。</translation>
    </message>
    <message>
        <source>The converted model cannot be written: {value}.</source>
        <translation>无法写入转换后的模型：{value}。</translation>
    </message>
    <message>
        <source>The decoder cannot run this model: {reason}.</source>
        <translation>解码器无法运行此模型：{reason}。</translation>
    </message>
    <message>
        <source>The desktop tells when a long answer or a download ends while another window is in front.</source>
        <translation>当其他窗口在前时，若较长的回答或下载结束，桌面会发出通知。</translation>
    </message>
    <message>
        <source>The disk does not answer.</source>
        <translation>磁盘没有响应。</translation>
    </message>
    <message>
        <source>The disk has no room for {name}.</source>
        <translation>磁盘空间不足以存放 {name}。</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>磁盘已满。</translation>
    </message>
    <message>
        <source>The disk is full: chats are not saved.</source>
        <translation>磁盘已满：对话未保存。</translation>
    </message>
    <message>
        <source>The disk is full: folders are not indexed any further.</source>
        <translation>磁盘已满：文件夹不再继续编入索引。</translation>
    </message>
    <message>
        <source>The disk is full: nothing was restored.</source>
        <translation>磁盘已满：未恢复任何内容。</translation>
    </message>
    <message>
        <source>The disk is full: {name} was not written.</source>
        <translation>磁盘已满：{name} 未写入。</translation>
    </message>
    <message>
        <source>The download broke off: {reason}.</source>
        <translation>下载中断：{reason}。</translation>
    </message>
    <message>
        <source>The download link led to a page, perhaps one that asks for a login: get the file itself.</source>
        <translation>下载链接指向网页，可能需要登录：请获取文件本身。</translation>
    </message>
    <message>
        <source>The embedding has the shape {tuple}, config.json says otherwise.</source>
        <translation>嵌入的形状为 {tuple}，与 config.json 不符。</translation>
    </message>
    <message>
        <source>The engine failed.</source>
        <translation>引擎出错。</translation>
    </message>
    <message>
        <source>The environment variable {name} goes before the file.</source>
        <translation>环境变量 {name} 优先于文件。</translation>
    </message>
    <message>
        <source>The environment variable {name} sets it; it cannot be changed here.</source>
        <translation>由环境变量 {name} 设置；无法在此更改。</translation>
    </message>
    <message>
        <source>The environment variable {name}, which should hold the key for {host}, is not set.</source>
        <translation>应包含 {host} 密钥的环境变量 {name} 未设置。</translation>
    </message>
    <message>
        <source>The environment variable {variable}: {words}</source>
        <translation>环境变量 {variable}：{words}</translation>
    </message>
    <message>
        <source>The export was stopped.</source>
        <translation>导出已停止。</translation>
    </message>
    <message>
        <source>The file cannot be opened: {reason}.</source>
        <translation>无法打开文件：{reason}。</translation>
    </message>
    <message>
        <source>The file cannot be read any more. This is what the model was given.</source>
        <translation>文件已无法读取。这是当时交给模型的内容。</translation>
    </message>
    <message>
        <source>The file has changed since then. This is what the model was given.</source>
        <translation>文件此后有更改。这是当时交给模型的内容。</translation>
    </message>
    <message>
        <source>The file is not there any more, or no program for it was found.</source>
        <translation>文件已不存在，或找不到可打开它的程序。</translation>
    </message>
    <message>
        <source>The file of chats cannot be opened.</source>
        <translation>无法打开对话文件。</translation>
    </message>
    <message>
        <source>The file of your chats was damaged. A new one was begun, with all that could be read.</source>
        <translation>对话文件已损坏。已新建文件，并保留了所有可读取的内容。</translation>
    </message>
    <message>
        <source>The files of {title} were deleted.</source>
        <translation>已删除 {title} 的文件。</translation>
    </message>
    <message>
        <source>The folder is not there, or may not be read.</source>
        <translation>该文件夹不存在，或无权读取。</translation>
    </message>
    <message>
        <source>The folder {folder} may not be read.</source>
        <translation>无权读取文件夹 {folder}。</translation>
    </message>
    <message>
        <source>The folders are indexed anew.</source>
        <translation>将重新为这些文件夹建立索引。</translation>
    </message>
    <message>
        <source>The hub answered with an error ({status}).</source>
        <translation>Hub 返回错误（{status}）。</translation>
    </message>
    <message>
        <source>The hub cannot be reached.</source>
        <translation>无法连接 Hub。</translation>
    </message>
    <message>
        <source>The hub has a newer version, of {day}. Files that have not changed are not fetched again.</source>
        <translation>Hub 上有更新的版本，日期为 {day}。没有变化的文件不会重新获取。</translation>
    </message>
    <message>
        <source>The hub has no repository {repository}, or you may not see it.</source>
        <translation>Hub 上没有仓库 {repository}，或无权查看。</translation>
    </message>
    <message>
        <source>The hub is told the token that `llmdesk models login` has put into the system's keyring.</source>
        <translation>向 Hub 出示 `llmdesk models login` 存入系统密钥环的令牌。</translation>
    </message>
    <message>
        <source>The hub refused access to {repository} ({status}).</source>
        <translation>Hub 拒绝访问 {repository}（{status}）。</translation>
    </message>
    <message>
        <source>The hub takes no more requests from here for now (429).</source>
        <translation>Hub 暂时不再接受来自此处的请求（429）。</translation>
    </message>
    <message>
        <source>The hub's certificate was not accepted.</source>
        <translation>Hub 的证书未被接受。</translation>
    </message>
    <message>
        <source>The image on the clipboard cannot be used.</source>
        <translation>无法使用剪贴板中的图片。</translation>
    </message>
    <message>
        <source>The index of folders cannot be written.</source>
        <translation>无法写入文件夹索引。</translation>
    </message>
    <message>
        <source>The index of folders fails: {error}.</source>
        <translation>文件夹索引出错：{error}。</translation>
    </message>
    <message>
        <source>The index of folders is in use by another program.</source>
        <translation>文件夹索引正被另一个程序使用。</translation>
    </message>
    <message>
        <source>The index of folders was damaged. It is kept as {name}.</source>
        <translation>文件夹索引已损坏，现保存为 {name}。</translation>
    </message>
    <message>
        <source>The ipex backend cannot run: {obstacle}.</source>
        <translation>ipex 后端无法运行：{obstacle}。</translation>
    </message>
    <message>
        <source>The kernels are others by now: measure it again.</source>
        <translation>内核现已不同：请重新测量。</translation>
    </message>
    <message>
        <source>The kernels could not be compiled: {error}.</source>
        <translation>内核编译失败：{error}。</translation>
    </message>
    <message>
        <source>The kernels could not be compiled; the log has the compiler's words.</source>
        <translation>内核编译失败；编译器的输出在日志中。</translation>
    </message>
    <message>
        <source>The key is empty or has characters that no key has.</source>
        <translation>密钥为空，或包含无效字符。</translation>
    </message>
    <message>
        <source>The key “{name}” cannot be brought back.</source>
        <translation>无法恢复密钥“{name}”。</translation>
    </message>
    <message>
        <source>The key “{name}”: copy it now. It is kept nowhere and shown only until the window closes.</source>
        <translation>密钥“{name}”：请立即复制。它不会被保存，仅在窗口关闭前显示。</translation>
    </message>
    <message>
        <source>The keyring does not answer: {name}.</source>
        <translation>密钥环没有响应：{name}。</translation>
    </message>
    <message>
        <source>The keyring has no key for {host}.</source>
        <translation>密钥环中没有 {host} 的密钥。</translation>
    </message>
    <message>
        <source>The keyring has no token for {address}.</source>
        <translation>密钥环中没有 {address} 的令牌。</translation>
    </message>
    <message>
        <source>The language of the window, from the next start on; auto: the system's, else English.</source>
        <translation>窗口的语言，下次启动时生效；auto：跟随系统，否则为英语。</translation>
    </message>
    <message>
        <source>The last race</source>
        <translation>上一场比赛</translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>链接过长。</translation>
    </message>
    <message>
        <source>The link reads {shown}, but leads to {host}.</source>
        <translation>链接显示为 {shown}，但指向 {host}。</translation>
    </message>
    <message>
        <source>The list of models is not read yet.</source>
        <translation>模型列表尚未读取。</translation>
    </message>
    <message>
        <source>The local server ended by itself.</source>
        <translation>本地服务器自行终止了。</translation>
    </message>
    <message>
        <source>The local server needs the Python package {name}, which is not installed.</source>
        <translation>本地服务器需要未安装的 Python 包 {name}。</translation>
    </message>
    <message>
        <source>The local server runs</source>
        <translation>本地服务器正在运行</translation>
    </message>
    <message>
        <source>The local server starts with the window.</source>
        <translation>本地服务器随窗口启动。</translation>
    </message>
    <message>
        <source>The machine is busy (load average {load}): these figures are too low.</source>
        <translation>计算机繁忙（负载 {load}）：这些数字偏低。</translation>
    </message>
    <message>
        <source>The machine runs on its battery from here on, and may compute slower.</source>
        <translation>从此处起本机使用电池供电，计算可能变慢。</translation>
    </message>
    <message>
        <source>The machine was plugged in.</source>
        <translation>本机已接通电源。</translation>
    </message>
    <message>
        <source>The memory is measured as soon as nothing else runs.</source>
        <translation>没有其他任务时将测量内存。</translation>
    </message>
    <message>
        <source>The model computed no numbers: its weights hold some that are too large, or none.</source>
        <translation>模型未计算出有效数值：其权重中有过大或无效的值。</translation>
    </message>
    <message>
        <source>The model fits into the processor's cache: memory does not hold it up.</source>
        <translation>模型可放入处理器缓存：不受内存拖累。</translation>
    </message>
    <message>
        <source>The model has a tensor that GGUF files of its kind have no name for: {name}.</source>
        <translation>模型中有一个张量在此类 GGUF 文件中没有名称：{name}。</translation>
    </message>
    <message>
        <source>The model is shown the image with the question.</source>
        <translation>图片会随问题一起展示给模型。</translation>
    </message>
    <message>
        <source>The model is told this before the chat. It counts from the next question on, in this chat.</source>
        <translation>在对话之前告知模型。从此对话的下一个问题起生效。</translation>
    </message>
    <message>
        <source>The model of this chat ({gone}) is not in the list any more.</source>
        <translation>此对话的模型（{gone}）已不在列表中。</translation>
    </message>
    <message>
        <source>The model that finds passages of folders by their meaning; empty: they are found by words only.</source>
        <translation>按含义在文件夹中查找段落的模型；留空：仅按字词查找。</translation>
    </message>
    <message>
        <source>The model that is loaded at the start, the one used last; empty: the first one here.</source>
        <translation>启动时加载的模型，即上次使用的模型；留空：本机的第一个。</translation>
    </message>
    <message>
        <source>The model's experts have biases ({name}), which llmdesk does not add.</source>
        <translation>该模型的专家带有偏置（{name}），llmdesk 不会加上它们。</translation>
    </message>
    <message>
        <source>The model's files ({files}) lack the tensor {what}, which “{kind}” needs.</source>
        <translation>模型文件（{files}）缺少“{kind}”所需的张量 {what}。</translation>
    </message>
    <message>
        <source>The model's files ({files}) lack {name}.</source>
        <translation>模型文件（{files}）缺少 {name}。</translation>
    </message>
    <message>
        <source>The model's files ({files}) lack {what}, which “{kind}” needs.</source>
        <translation>模型文件（{files}）缺少“{kind}”所需的 {what}。</translation>
    </message>
    <message>
        <source>The model's files lack the tensor {name}.</source>
        <translation>模型文件缺少张量 {name}。</translation>
    </message>
    <message>
        <source>The most that llmdesk may take with its model; auto: 12 GB or 75 % of the memory, the smaller.</source>
        <translation>llmdesk 连同模型最多可占用的内存；auto：12 GB 或内存的 75 %，取较小者。</translation>
    </message>
    <message>
        <source>The name of the folder {folder} is no text in UTF-8.</source>
        <translation>文件夹 {folder} 的名称不是 UTF-8 文本。</translation>
    </message>
    <message>
        <source>The name of {path} holds characters that control a terminal.</source>
        <translation>{path} 的名称含有终端控制字符。</translation>
    </message>
    <message>
        <source>The name of {path} is not valid UTF-8, so models.toml cannot hold it.</source>
        <translation>{path} 的名称不是有效的 UTF-8，无法写入 models.toml。</translation>
    </message>
    <message>
        <source>The next prompt takes about {total} of {context} tokens.</source>
        <translation>下一个提示词约占用 {total} / {context} 个 token。</translation>
    </message>
    <message>
        <source>The next prompt takes {total} of {context} tokens.</source>
        <translation>下一个提示词占用 {total} / {context} 个 token。</translation>
    </message>
    <message>
        <source>The owner looks at each request, so it may take days.</source>
        <translation>发布者会逐一审核申请，可能需要几天。</translation>
    </message>
    <message>
        <source>The package keyring is not installed, so no key can be read from it.</source>
        <translation>未安装 keyring 包，无法从中读取密钥。</translation>
    </message>
    <message>
        <source>The page about usage adds up what the kept chats hold; off: nothing is added up.</source>
        <translation>用量页面汇总保存的对话中的数据；关闭后不再汇总。</translation>
    </message>
    <message>
        <source>The parts of {name} do not fit each other.</source>
        <translation>{name} 的各部分不匹配。</translation>
    </message>
    <message>
        <source>The passages that a prompt is told have so many tokens at most.</source>
        <translation>附给一条提示词的各段内容合计最多这么多 token。</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>The picture cannot be written to {name}.</source>
        <translation>无法将图片写入 {name}。</translation>
    </message>
    <message>
        <source>The port of the local server.</source>
        <translation>本地服务器的端口。</translation>
    </message>
    <message>
        <source>The precision of the weights; a click changes it for this model</source>
        <translation>权重的精度；点击可为此模型更改</translation>
    </message>
    <message>
        <source>The processor has no energy counter here; the battery tells while it is in use.</source>
        <translation>此处处理器没有能耗计数器；使用电池时由电池提供数据。</translation>
    </message>
    <message>
        <source>The processor reported that heat slowed it down.</source>
        <translation>处理器报告因过热而降速。</translation>
    </message>
    <message>
        <source>The processor's energy counter may be read by the administrator only. To allow it: sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj</source>
        <translation>处理器的能耗计数器仅管理员可读。如需允许：sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj</translation>
    </message>
    <message>
        <source>The prompt has {tokens} tokens; this model can take {limit_tokens:,} at once.</source>
        <translation>提示词有 {tokens} 个 token；此模型一次最多接受 {limit_tokens:,} 个。</translation>
    </message>
    <message>
        <source>The prompt is empty.</source>
        <translation>提示词为空。</translation>
    </message>
    <message>
        <source>The prompt is too long: {count} characters; at most {limit} can be sent.</source>
        <translation>提示词过长：{count} 个字符；最多可发送 {limit} 个。</translation>
    </message>
    <message>
        <source>The proxy for models from the hub, as http://proxy.example:3128; empty: the system's.</source>
        <translation>获取 Hub 模型时使用的代理，例如 http://proxy.example:3128 ；留空：使用系统代理。</translation>
    </message>
    <message>
        <source>The proxy on the way to {host} refuses: {error}.</source>
        <translation>通往 {host} 的代理拒绝了请求：{error}。</translation>
    </message>
    <message>
        <source>The proxy refused: {error}.</source>
        <translation>代理拒绝了请求：{error}。</translation>
    </message>
    <message>
        <source>The question to the hub ended unexpectedly.</source>
        <translation>对 Hub 的请求意外结束。</translation>
    </message>
    <message>
        <source>The race cannot be written to {name}: {reason}.</source>
        <translation>无法将比赛写入 {name}：{reason}。</translation>
    </message>
    <message>
        <source>The race of this step has failed.</source>
        <translation>此步骤的比赛失败。</translation>
    </message>
    <message>
        <source>The race was stopped; nothing of it is kept.</source>
        <translation>比赛已停止，未保留任何内容。</translation>
    </message>
    <message>
        <source>The race {name} is damaged: {reason}.</source>
        <translation>比赛 {name} 已损坏：{reason}。</translation>
    </message>
    <message>
        <source>The recording cannot be written to {name}: {reason}.</source>
        <translation>无法将录制写入 {name}：{reason}。</translation>
    </message>
    <message>
        <source>The recording is not saved yet.</source>
        <translation>录制尚未保存。</translation>
    </message>
    <message>
        <source>The recording is saved as {name}.</source>
        <translation>录制已保存为 {name}。</translation>
    </message>
    <message>
        <source>The recording that stand mode plays: a file; empty: the one of llmdesk's own.</source>
        <translation>展台模式播放的录制：文件；留空则使用 llmdesk 自带的录制。</translation>
    </message>
    <message>
        <source>The recording {name} is damaged: {reason}.</source>
        <translation>录制 {name} 已损坏：{reason}。</translation>
    </message>
    <message>
        <source>The same PIN once more.</source>
        <translation>请再次输入同一 PIN。</translation>
    </message>
    <message>
        <source>The same question in the same words, with greedy sampling, gets the same answer at once.</source>
        <translation>使用贪心采样时，相同文字的问题会立即得到相同的回答。</translation>
    </message>
    <message>
        <source>The same seed and prompt give the same answer</source>
        <translation>相同的种子和提示词得到相同的回答</translation>
    </message>
    <message>
        <source>The same seed and prompt give the same answer; not set: another each time.</source>
        <translation>相同的种子和提示词得到相同的回答；未设置：每次不同。</translation>
    </message>
    <message>
        <source>The seed is no whole number from 0 to {most}, so it is random.</source>
        <translation>种子不是 0 到 {most} 的整数，因此随机选取。</translation>
    </message>
    <message>
        <source>The sentence model was not fetched.</source>
        <translation>句子模型没有下载。</translation>
    </message>
    <message>
        <source>The server cannot listen at {where}: {reason}.</source>
        <translation>服务器无法监听 {where}：{reason}。</translation>
    </message>
    <message>
        <source>The server is off.</source>
        <translation>服务器已关闭。</translation>
    </message>
    <message>
        <source>The server talks to so many clients at once.</source>
        <translation>服务器同时服务的客户端数量。</translation>
    </message>
    <message>
        <source>The shipped models still work.</source>
        <translation>随附的模型仍可使用。</translation>
    </message>
    <message>
        <source>The source of the answer</source>
        <translation>回答的源文本</translation>
    </message>
    <message>
        <source>The stack that models run on, from the next start on.</source>
        <translation>模型的运行环境，下次启动时生效。</translation>
    </message>
    <message>
        <source>The system shows no energy counter of this processor; virtual machines have none.</source>
        <translation>系统未提供此处理器的能耗计数器；虚拟机没有该计数器。</translation>
    </message>
    <message>
        <source>The text has grown past a power of two, {n} tokens or more: each token reads more keys and values.</source>
        <translation>文本已超过 2 的幂次，达到 {n} 个 token 或更多：每个 token 需读取更多键值。</translation>
    </message>
    <message>
        <source>The text is too long to paste: {count} characters; at most {limit} can be sent.</source>
        <translation>文本过长，无法粘贴：{count} 个字符；最多可发送 {limit} 个。</translation>
    </message>
    <message>
        <source>The token is in the keyring now. It is sent to the hub only.</source>
        <translation>令牌已存入密钥环，只会发送给 Hub。</translation>
    </message>
    <message>
        <source>The tokenizer has words up to number {max:,}, the model only {rows:,}.</source>
        <translation>分词器的词编号到 {max:,}，模型只有 {rows:,} 个。</translation>
    </message>
    <message>
        <source>The tokenizer in {name} (tokenizer.json, tokenizer_config.json) cannot be read</source>
        <translation>无法读取 {name} 中的分词器（tokenizer.json、tokenizer_config.json）</translation>
    </message>
    <message>
        <source>The tokenizer in {name} cannot be converted</source>
        <translation>无法转换 {name} 中的分词器</translation>
    </message>
    <message>
        <source>The tokenizer made the token {strange}, but the model has {vocabulary} tokens: their files do not fit.</source>
        <translation>分词器生成了 token {strange}，但模型只有 {vocabulary} 个 token：文件不匹配。</translation>
    </message>
    <message>
        <source>The tokenizer of this model cannot be used for JSON.</source>
        <translation>此模型的分词器不能用于 JSON。</translation>
    </message>
    <message>
        <source>The tokenizer of this model fails</source>
        <translation>此模型的分词器出错</translation>
    </message>
    <message>
        <source>The tokenizer of this model makes no text of a token</source>
        <translation>此模型的分词器无法将 token 转换为文本</translation>
    </message>
    <message>
        <source>The tokenizer or configuration in {name} cannot be kept</source>
        <translation>无法保存 {name} 中的分词器或配置</translation>
    </message>
    <message>
        <source>The transfer broke off.</source>
        <translation>传输中断。</translation>
    </message>
    <message>
        <source>The transfer ended unexpectedly.</source>
        <translation>传输意外结束。</translation>
    </message>
    <message>
        <source>The transfer was cut short.</source>
        <translation>传输被截断。</translation>
    </message>
    <message>
        <source>The version file is not signed by llmdesk's publisher.</source>
        <translation>版本文件未由 llmdesk 的发布者签名。</translation>
    </message>
    <message>
        <source>The version file is out of date.</source>
        <translation>版本文件已过期。</translation>
    </message>
    <message>
        <source>The vocabulary in {name} cannot be read</source>
        <translation>无法读取 {name} 中的词表</translation>
    </message>
    <message>
        <source>The way there is not encrypted: key and chats can be read on it.</source>
        <translation>连接未加密：密钥和对话可能在途中被读取。</translation>
    </message>
    <message>
        <source>The weights are stored in the packed form “{what}”, which llmdesk cannot read yet.</source>
        <translation>权重以打包形式“{what}”存储，llmdesk 尚无法读取。</translation>
    </message>
    <message>
        <source>The weights do not fit “{kind}”</source>
        <translation>权重与“{kind}”不匹配</translation>
    </message>
    <message>
        <source>The weights give no numbers: what they hold is too large, or none.</source>
        <translation>权重未得出有效数值：其中的值过大或不是数字。</translation>
    </message>
    <message>
        <source>The weights of {name} are not there ({blob}).</source>
        <translation>缺少 {name} 的权重（{blob}）。</translation>
    </message>
    <message>
        <source>The weights of {name} are stored in the packed form {form}, which llmdesk cannot read yet.</source>
        <translation>{name} 的权重以打包形式 {form} 存储，llmdesk 尚无法读取。</translation>
    </message>
    <message>
        <source>The whole text goes to the model with the question.</source>
        <translation>全文会随问题一起发送给模型。</translation>
    </message>
    <message>
        <source>The window needs system libraries that are not here: {names}.</source>
        <translation>窗口需要此处缺少的系统库：{names}。</translation>
    </message>
    <message>
        <source>The window speaks the system's language from the next start on.</source>
        <translation>窗口将从下次启动起使用系统语言。</translation>
    </message>
    <message>
        <source>The window speaks {language} from the next start on.</source>
        <translation>窗口将从下次启动起使用{language}。</translation>
    </message>
    <message>
        <source>The {backend} backend computes nothing that could be measured.</source>
        <translation>后端 {backend} 不进行可测量的计算。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Theme: {name}</source>
        <translation>主题：{name}</translation>
    </message>
    <message>
        <source>Then choose the collection in a chat, with the button beside the paper clip, and ask.</source>
        <translation>然后在对话中用回形针旁的按钮选择文件集并提问。</translation>
    </message>
    <message>
        <source>There are files whose names are no text in UTF-8: {names}.</source>
        <translation>有些文件名不是 UTF-8 文本：{names}。</translation>
    </message>
    <message>
        <source>There are folders that may not be read: {names}.</source>
        <translation>有些文件夹无权读取：{names}。</translation>
    </message>
    <message>
        <source>There are more than {limit:,} files. Only the first ones are searched: choose folders below it.</source>
        <translation>文件超过 {limit:,} 个，仅搜索最前面的文件：请选择其下的文件夹。</translation>
    </message>
    <message>
        <source>There are no chats in it that llmdesk knows how to read.</source>
        <translation>其中没有 llmdesk 能读取的对话。</translation>
    </message>
    <message>
        <source>There are no chats to export.</source>
        <translation>没有可导出的对话。</translation>
    </message>
    <message>
        <source>There are no collections yet</source>
        <translation>还没有文件集</translation>
    </message>
    <message>
        <source>There are no files in {name}.</source>
        <translation>{name} 中没有文件。</translation>
    </message>
    <message>
        <source>There are no presets in {name}.</source>
        <translation>{name} 中没有预设。</translation>
    </message>
    <message>
        <source>There is a key “{name}” already.</source>
        <translation>密钥“{name}”已存在。</translation>
    </message>
    <message>
        <source>There is a number among them that is no token of this model.</source>
        <translation>其中有数字不是该模型的 token。</translation>
    </message>
    <message>
        <source>There is a preset “{name}” already.</source>
        <translation>已有名为“{name}”的预设。</translation>
    </message>
    <message>
        <source>There is a unit of this name that llmdesk did not write: {file}.</source>
        <translation>已存在同名但非 llmdesk 写入的单元文件：{file}。</translation>
    </message>
    <message>
        <source>There is no *.safetensors file in {folder}.</source>
        <translation>{folder} 中没有 *.safetensors 文件。</translation>
    </message>
    <message>
        <source>There is no C compiler for llmdesk's own kernels.</source>
        <translation>没有可用于编译 llmdesk 内核的 C 编译器。</translation>
    </message>
    <message>
        <source>There is no demo {name}.</source>
        <translation>没有名为 {name} 的演示。</translation>
    </message>
    <message>
        <source>There is no embedding model on this machine.</source>
        <translation>本机没有嵌入模型。</translation>
    </message>
    <message>
        <source>There is no folder {folder}.</source>
        <translation>没有文件夹 {folder}。</translation>
    </message>
    <message>
        <source>There is no key “{name}”.</source>
        <translation>没有名为“{name}”的密钥。</translation>
    </message>
    <message>
        <source>There is no key, so nobody gets in.</source>
        <translation>没有密钥，因此无人可以访问。</translation>
    </message>
    <message>
        <source>There is no list of models.</source>
        <translation>没有模型列表。</translation>
    </message>
    <message>
        <source>There is no memory for the model's work space.</source>
        <translation>没有内存可供模型的工作区使用。</translation>
    </message>
    <message>
        <source>There is no model yet.</source>
        <translation>尚无模型。</translation>
    </message>
    <message>
        <source>There is no model “{model_id}”.</source>
        <translation>没有模型“{model_id}”。</translation>
    </message>
    <message>
        <source>There is no setting “{key}”.</source>
        <translation>没有设置“{key}”。</translation>
    </message>
    <message>
        <source>There is no shape “{name}”.</source>
        <translation>没有形状“{name}”。</translation>
    </message>
    <message>
        <source>There is no such chat any more.</source>
        <translation>该对话已不存在。</translation>
    </message>
    <message>
        <source>There is no systemd here that could start the server.</source>
        <translation>此处没有可启动服务器的 systemd。</translation>
    </message>
    <message>
        <source>There is no text in {name}.</source>
        <translation>{name} 中没有文本。</translation>
    </message>
    <message>
        <source>There is no {host} in the network.</source>
        <translation>网络中没有 {host}。</translation>
    </message>
    <message>
        <source>There is no {path}.</source>
        <translation>{path} 不存在。</translation>
    </message>
    <message>
        <source>There is not enough free memory for this.</source>
        <translation>可用内存不足。</translation>
    </message>
    <message>
        <source>There is nothing in text {number}.</source>
        <translation>第 {number} 段文本为空。</translation>
    </message>
    <message>
        <source>There is nothing to fetch.</source>
        <translation>没有可下载的内容。</translation>
    </message>
    <message>
        <source>There is nothing to remove.</source>
        <translation>没有可移除的内容。</translation>
    </message>
    <message>
        <source>These were two different PINs. Choose one.</source>
        <translation>两次输入的 PIN 不同。请重新设置。</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>Thinking: off</source>
        <translation>思考：关</translation>
    </message>
    <message>
        <source>Thinking: on</source>
        <translation>思考：开</translation>
    </message>
    <message numerus="yes">
        <source>Thinking: {time}, {count} token(s)</source>
        <translation>
            <numerusform>思考中：{time}，{count} 个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>This JSON Schema cannot be enforced: {reason}.</source>
        <translation>无法强制此 JSON Schema：{reason}。</translation>
    </message>
    <message>
        <source>This backup takes {mb} MB to restore, {free} MB are free.</source>
        <translation>恢复此备份需要 {mb} MB，可用空间为 {free} MB。</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>此对话</translation>
    </message>
    <message>
        <source>This chat goes to {server}</source>
        <translation>此对话将发送到 {server}</translation>
    </message>
    <message>
        <source>This chat is a replay.</source>
        <translation>此对话是回放。</translation>
    </message>
    <message>
        <source>This chat is longer than the context: the oldest turns will be left out of the next question.</source>
        <translation>此对话超出上下文长度：下一个问题将省略最早的对话。</translation>
    </message>
    <message>
        <source>This file came with llmdesk: mend it, or install llmdesk again; then try again.</source>
        <translation>此文件随 llmdesk 提供：请修正它或重新安装 llmdesk，然后重试。</translation>
    </message>
    <message>
        <source>This icon brings its window back, or quits it.</source>
        <translation>此图标可以恢复窗口，或退出程序。</translation>
    </message>
    <message>
        <source>This is no link that llmdesk knows.</source>
        <translation>llmdesk 不认识此链接。</translation>
    </message>
    <message>
        <source>This is not the PIN.</source>
        <translation>PIN 不正确。</translation>
    </message>
    <message>
        <source>This is not the PIN. The next try in {seconds} s.</source>
        <translation>PIN 不正确。{seconds} 秒后可再试。</translation>
    </message>
    <message>
        <source>This is switched off: nothing is added up. Chats keep the figures of their answers; these count again once it is switched on.</source>
        <translation>已关闭：不做汇总。对话仍保留其回答的数据；重新开启后会再次计入。</translation>
    </message>
    <message>
        <source>This lane has failed.</source>
        <translation>此赛道失败。</translation>
    </message>
    <message>
        <source>This llmdesk does not understand the version file.</source>
        <translation>此 llmdesk 无法理解该版本文件。</translation>
    </message>
    <message>
        <source>This machine is in no network now, so no other machine can reach it.</source>
        <translation>本机目前未连接网络，其他设备无法访问。</translation>
    </message>
    <message>
        <source>This machine only</source>
        <translation>仅本机</translation>
    </message>
    <message>
        <source>This machine over time</source>
        <translation>这台机器的历次结果</translation>
    </message>
    <message>
        <source>This memory is read at {speed}; an answer shows what of it is used.</source>
        <translation>此内存的读取速度为 {speed}；回答时会显示利用率。</translation>
    </message>
    <message>
        <source>This model cannot see images. It is kept with the chat; the model is told its name only.</source>
        <translation>此模型看不到图片。图片会随对话保存，但模型只会得知它的名称。</translation>
    </message>
    <message>
        <source>This model cuts texts into words in a way that GGUF files have no name for.</source>
        <translation>此模型切分文本的方式在 GGUF 文件中没有名称。</translation>
    </message>
    <message>
        <source>This model does not see images.</source>
        <translation>此模型看不到图片。</translation>
    </message>
    <message>
        <source>This model has no tokenizer.json.</source>
        <translation>此模型没有 tokenizer.json。</translation>
    </message>
    <message>
        <source>This model needs program code from its publisher, and llmdesk never runs such code.</source>
        <translation>此模型需要发布者的程序代码，而 llmdesk 从不运行此类代码。</translation>
    </message>
    <message>
        <source>This model takes {trained:,} tokens at once, not {least_tokens:,}.</source>
        <translation>此模型一次可接受 {trained:,} 个 token，而非 {least_tokens:,} 个。</translation>
    </message>
    <message>
        <source>This model was not made for chat: it has no chat template. It continues your text, and may wander off.</source>
        <translation>此模型并非为对话而设计：没有对话模板。它会续写文本，可能会跑题。</translation>
    </message>
    <message>
        <source>This model's chat template cannot be used: {reason}.</source>
        <translation>此模型的对话模板无法使用：{reason}。</translation>
    </message>
    <message>
        <source>This model's chat template makes no text of the chat.</source>
        <translation>此模型的对话模板未能将对话转换为文本。</translation>
    </message>
    <message>
        <source>This model's chat template refuses the chat: {error}.</source>
        <translation>此模型的对话模板拒绝了该对话：{error}。</translation>
    </message>
    <message>
        <source>This model's vectors have {count:,} dimensions.</source>
        <translation>此模型的向量有 {count:,} 维。</translation>
    </message>
    <message>
        <source>This preset is in the list.</source>
        <translation>此预设已在列表中。</translation>
    </message>
    <message>
        <source>This system has no keyring that keys could be kept in.</source>
        <translation>此系统没有可保存密钥的密钥环。</translation>
    </message>
    <message>
        <source>This took longer than {limit:g} seconds (server.max_request_s).</source>
        <translation>耗时超过 {limit:g} 秒（server.max_request_s）。</translation>
    </message>
    <message>
        <source>This version has no file for an installation like this one.</source>
        <translation>此版本没有适用于当前安装方式的文件。</translation>
    </message>
    <message>
        <source>This was stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message numerus="yes">
        <source>Thought for {time}, {count} token(s)</source>
        <translation>
            <numerusform>思考了 {time}，{count} 个 token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Thought for {time}, {count} token(s), not to its end</source>
        <translation>
            <numerusform>思考了 {time}，{count} 个 token，未完成</numerusform>
        </translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>Tight: takes about {takes} GB; close other programs first</source>
        <translation>紧张：约需 {takes} GB；请先关闭其他程序</translation>
    </message>
    <message>
        <source>Tight: {takes}; close other programs first</source>
        <translation>勉强：{takes}；请先关闭其他程序</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Time per token</source>
        <translation>每 token 用时</translation>
    </message>
    <message>
        <source>Time per token, half below {p50}, 99 % below {p99}</source>
        <translation>每 token 用时，半数低于 {p50}，99 % 低于 {p99}</translation>
    </message>
    <message>
        <source>Time per token, nothing measured</source>
        <translation>每 token 用时，无测量值</translation>
    </message>
    <message>
        <source>Timed as its pieces arrived here. Its probabilities are not known, so nothing is compared.</source>
        <translation>按各段到达本机的时间计时。其概率未知，因此不作比较。</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Title of the chat</source>
        <translation>对话标题</translation>
    </message>
    <message>
        <source>Titles by the model</source>
        <translation>由模型生成标题</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Token for the hub</source>
        <translation>Hub 令牌</translation>
    </message>
    <message>
        <source>Token of the keyring</source>
        <translation>密钥环中的令牌</translation>
    </message>
    <message>
        <source>Tokenizer and weights are of different models: fetch both from the same place.</source>
        <translation>分词器和权重来自不同的模型：请从同一来源获取。</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>Tokens of the model's context that the next prompt takes; a click shows its parts</source>
        <translation>下一个提示词占用的模型上下文 token 数；点击查看各部分</translation>
    </message>
    <message>
        <source>Tokens on the screen, and tokens that came from the engine, per second over the last two seconds; and the time from a token's end in the engine to the painting that shows it, the median of the tokens painted then.</source>
        <translation>最近两秒内每秒显示在屏幕上的 token 数与引擎产生的 token 数；以及 token 从引擎完成到绘制显示的时间，取当时所绘 token 的中位数。</translation>
    </message>
    <message>
        <source>Tokens per day, at most {top}</source>
        <translation>每日 token 数，最多 {top}</translation>
    </message>
    <message>
        <source>Tokens per second, nothing measured</source>
        <translation>每秒 token 数，无测量值</translation>
    </message>
    <message>
        <source>Tokens per second, now {speed}</source>
        <translation>每秒 token 数，当前 {speed}</translation>
    </message>
    <message>
        <source>Tokens that were read before each run: long chats are slower.</source>
        <translation>每次运行之前已读取的 token：长对话更慢。</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Touch the screen or press a key to try it yourself</source>
        <translation>触摸屏幕或按任意键，亲自试一试</translation>
    </message>
    <message>
        <source>Try --port 0.</source>
        <translation>请尝试 --port 0。</translation>
    </message>
    <message>
        <source>Try a search</source>
        <translation>试一试搜索</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>请稍后重试。</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>请稍后重试。</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>请重试。</translation>
    </message>
    <message>
        <source>Try again; the log file has the details.</source>
        <translation>请重试；详情见日志文件。</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Try it: the model runs on this machine</source>
        <translation>试一试：模型就在这台机器上运行</translation>
    </message>
    <message>
        <source>Two messages have the same id.</source>
        <translation>两条消息的 ID 相同。</translation>
    </message>
    <message>
        <source>Type something first.</source>
        <translation>请先输入内容。</translation>
    </message>
    <message>
        <source>Type words of a model's name.</source>
        <translation>请输入模型名称中的词语。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo deleting or archiving chats</source>
        <translation>撤销删除或归档对话</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>卸载</translation>
    </message>
    <message>
        <source>Unload the model</source>
        <translation>卸载模型</translation>
    </message>
    <message>
        <source>Unload when not used for</source>
        <translation>闲置多久后卸载</translation>
    </message>
    <message>
        <source>Unload, and free {size}</source>
        <translation>卸载并释放 {size}</translation>
    </message>
    <message>
        <source>Unlock it and try again. Or:</source>
        <translation>请解锁后重试。或者：</translation>
    </message>
    <message>
        <source>Unpack it, and open what is in it.</source>
        <translation>请解压并打开其中的内容。</translation>
    </message>
    <message>
        <source>Unpack the ZIP, then import the files.</source>
        <translation>请解压 ZIP，然后导入其中的文件。</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>无标题对话</translation>
    </message>
    <message>
        <source>Update llmdesk to import it.</source>
        <translation>请更新 llmdesk 以导入。</translation>
    </message>
    <message>
        <source>Update llmdesk to open it.</source>
        <translation>请更新 llmdesk 后再打开。</translation>
    </message>
    <message>
        <source>Update llmdesk to play it.</source>
        <translation>请更新 llmdesk 后播放。</translation>
    </message>
    <message>
        <source>Update llmdesk.</source>
        <translation>请更新 llmdesk。</translation>
    </message>
    <message>
        <source>Update llmdesk. Until then, what you write is held by this window only.</source>
        <translation>请更新 llmdesk。在此之前，所写内容仅保存在此窗口中。</translation>
    </message>
    <message>
        <source>Update llmdesk. {unchanged}</source>
        <translation>请更新 llmdesk。{unchanged}</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Usage over time</source>
        <translation>使用情况</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use auto, cpu or xpu.</source>
        <translation>请使用 auto、cpu 或 xpu。</translation>
    </message>
    <message>
        <source>Use auto, ipex, native or scripted.</source>
        <translation>请使用 auto、ipex、native 或 scripted。</translation>
    </message>
    <message>
        <source>Use auto, off, {what}.</source>
        <translation>请使用 auto、off、{what}。</translation>
    </message>
    <message>
        <source>Use for new chats</source>
        <translation>用于新对话</translation>
    </message>
    <message>
        <source>Use in this chat</source>
        <translation>用于此对话</translation>
    </message>
    <message>
        <source>Use ipex or native.</source>
        <translation>请使用 ipex 或 native。</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use it after this answer</source>
        <translation>此回答后使用</translation>
    </message>
    <message>
        <source>Use port {port}</source>
        <translation>使用端口 {port}</translation>
    </message>
    <message>
        <source>Use the ids that /tokenize gives.</source>
        <translation>请使用 /tokenize 返回的编号。</translation>
    </message>
    <message>
        <source>Use the prompt {title}</source>
        <translation>使用提示词 {title}</translation>
    </message>
    <message>
        <source>Use {name} in this chat</source>
        <translation>在此对话中使用 {name}</translation>
    </message>
    <message>
        <source>Used in this chat</source>
        <translation>此对话正在使用</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>Values of “{name}”</source>
        <translation>“{name}”的数值</translation>
    </message>
    <message>
        <source>Vectors of “{kind}” cannot be computed here.</source>
        <translation>此处无法计算“{kind}”的向量。</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Version {number} of {count} of the answer</source>
        <translation>回答的第 {number} 版，共 {count} 版</translation>
    </message>
    <message>
        <source>Version {number} of {count} of the prompt</source>
        <translation>提示词的第 {number} 版，共 {count} 版</translation>
    </message>
    <message>
        <source>Wait a while.</source>
        <translation>请稍等。</translation>
    </message>
    <message>
        <source>Wait for an answer to finish, then try again.</source>
        <translation>请等待回答完成后重试。</translation>
    </message>
    <message>
        <source>Wait for it, or stop it there.</source>
        <translation>请等待，或在那里停止。</translation>
    </message>
    <message>
        <source>Waited</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>正在排队</translation>
    </message>
    <message>
        <source>Waiting for the engine</source>
        <translation>正在等待引擎</translation>
    </message>
    <message>
        <source>Waiting for the first token</source>
        <translation>等待首个 token</translation>
    </message>
    <message>
        <source>Waiting prompt</source>
        <translation>等待中的提示词</translation>
    </message>
    <message>
        <source>Waiting prompts</source>
        <translation>等待中的提示词</translation>
    </message>
    <message>
        <source>Waiting, {count} before this</source>
        <translation>等待中，前面还有 {count} 个</translation>
    </message>
    <message>
        <source>Waits for the engine</source>
        <translation>等待引擎</translation>
    </message>
    <message>
        <source>Waits until {title} is fetched.</source>
        <translation>等待 {title} 获取完成。</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Web pages in a ZIP</source>
        <translation>ZIP 中的网页</translation>
    </message>
    <message>
        <source>Web pages in a folder</source>
        <translation>文件夹中的网页</translation>
    </message>
    <message>
        <source>Web pages that may use it</source>
        <translation>允许使用的网页</translation>
    </message>
    <message>
        <source>Web pages that may use the local server, as https://chat.example, with commas between them; empty: none.</source>
        <translation>可使用本地服务器的网页，如 https://chat.example，用逗号分隔；留空：无。</translation>
    </message>
    <message>
        <source>What a new chat does when the context is full: leave out the oldest turns, stop, or refuse.</source>
        <translation>新对话在上下文满时的处理：省略最早的对话、停止，或拒绝。</translation>
    </message>
    <message>
        <source>What all lanes are asked</source>
        <translation>所有赛道的问题</translation>
    </message>
    <message>
        <source>What answers at {address} is no hub.</source>
        <translation>{address} 上应答的不是 Hub。</translation>
    </message>
    <message>
        <source>What answers at {address} is no version file.</source>
        <translation>{address} 返回的不是版本文件。</translation>
    </message>
    <message>
        <source>What answers at {host} is no OpenAI-compatible server.</source>
        <translation>{host} 上响应的不是 OpenAI 兼容服务器。</translation>
    </message>
    <message>
        <source>What clients may call this machine besides localhost and its address: names, with commas between them.</source>
        <translation>除 localhost 和本机地址外，客户端可用来称呼本机的名称，用逗号分隔。</translation>
    </message>
    <message>
        <source>What every new chat tells the model before all else; empty: nothing.</source>
        <translation>每个新对话首先告知模型的内容；留空：无。</translation>
    </message>
    <message>
        <source>What fills the context</source>
        <translation>上下文的构成</translation>
    </message>
    <message>
        <source>What followed the same words before is drafted and verified together.</source>
        <translation>将之前相同文字之后的内容作为草稿一并验证。</translation>
    </message>
    <message>
        <source>What is free is left for the answer.</source>
        <translation>剩余空间留给回答。</translation>
    </message>
    <message>
        <source>What sees is not in it: llama.cpp has that in an mmproj file of its own.</source>
        <translation>视觉部分不在其中：llama.cpp 将其放在单独的 mmproj 文件里。</translation>
    </message>
    <message>
        <source>What the model is told before all else in stand mode; empty: nothing.</source>
        <translation>展台模式下最先告诉模型的内容；留空则没有。</translation>
    </message>
    <message>
        <source>What the model thought</source>
        <translation>模型的思考内容</translation>
    </message>
    <message>
        <source>What visitors are offered in stand mode: prompts by their titles, as text or /NAME of the library.</source>
        <translation>展台模式提供给访客的内容：按标题列出的提示词，可为文本或提示词库的 /NAME。</translation>
    </message>
    <message>
        <source>What was said is this much less likely to come again; 1: off.</source>
        <translation>已说过的内容再次出现的可能性按此降低；1：关闭。</translation>
    </message>
    <message>
        <source>What would you like to try?</source>
        <translation>想试试什么？</translation>
    </message>
    <message>
        <source>What you type is forgotten as soon as you start over.</source>
        <translation>重新开始后，您输入的内容即被清除。</translation>
    </message>
    <message>
        <source>What {host} sends is no stream of an OpenAI-compatible server.</source>
        <translation>{host} 发送的不是 OpenAI 兼容服务器的数据流。</translation>
    </message>
    <message>
        <source>What {name} says of its vectors cannot be read</source>
        <translation>无法读取 {name} 中关于向量的说明</translation>
    </message>
    <message>
        <source>When full: drop oldest</source>
        <translation>满时：省略最早的</translation>
    </message>
    <message>
        <source>When full: refuse</source>
        <translation>满时：拒绝</translation>
    </message>
    <message>
        <source>When full: stop</source>
        <translation>满时：停止</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>上下文满时</translation>
    </message>
    <message>
        <source>When the context is full, the answer ends there; then questions are refused.</source>
        <translation>上下文满时，回答在此结束；之后的问题将被拒绝。</translation>
    </message>
    <message>
        <source>When the context is full, the oldest turns are left out; the system prompt stays.</source>
        <translation>上下文满时，省略最早的对话；保留系统提示词。</translation>
    </message>
    <message>
        <source>Where a small model of the same tokens is on this machine, and there is memory for both, it drafts for the large one, which verifies; texts stay the same.</source>
        <translation>如果这台机器上有使用相同 token 的小模型，并且内存足够容纳两者，则由小模型起草、大模型验证；文本保持不变。</translation>
    </message>
    <message>
        <source>Where both hold the same token for the likeliest</source>
        <translation>两者认为最可能的 token 相同之处</translation>
    </message>
    <message>
        <source>Where it listens</source>
        <translation>监听位置</translation>
    </message>
    <message>
        <source>Whether the model thinks before it answers; a click changes it for this chat</source>
        <translation>模型回答前是否思考；点击可为此对话更改</translation>
    </message>
    <message>
        <source>Which of llmdesk's own kernels run, from the next load on.</source>
        <translation>使用 llmdesk 自带的哪些内核，下次加载时生效。</translation>
    </message>
    <message>
        <source>While answering, more than {rate} MB/s moved between memory and disk.</source>
        <translation>回答期间，内存与磁盘之间的传输超过 {rate} MB/s。</translation>
    </message>
    <message>
        <source>While answering, other programs computed on {cores} cores or more, twice in a row.</source>
        <translation>回答期间，其他程序连续两次占用 {cores} 个或更多核心。</translation>
    </message>
    <message>
        <source>While answering, the cores' mean clock fell below {percent} % of its median over the last {span} s.</source>
        <translation>回答期间，核心的平均频率降至最近 {span} 秒中位数的 {percent} % 以下。</translation>
    </message>
    <message>
        <source>While nobody is there, stand mode plays a recording, marked as a replay.</source>
        <translation>无人时，展台模式播放录制，并标明为回放。</translation>
    </message>
    <message>
        <source>Who the model is to be, and how it is to answer. For example: Answer in short sentences.</source>
        <translation>模型的角色和回答方式。例如：用简短的句子回答。</translation>
    </message>
    <message>
        <source>Whoever may delete this file ends stand mode without it.</source>
        <translation>有权删除此文件的人无需 PIN 即可退出展台模式。</translation>
    </message>
    <message>
        <source>Whoever opens the server's page sees what this window asks and answers, but for private chats.</source>
        <translation>打开服务器页面的人可以看到此窗口的提问与回答，私密对话除外。</translation>
    </message>
    <message>
        <source>Whole screen, or a window</source>
        <translation>全屏或窗口</translation>
    </message>
    <message>
        <source>Without `revision` and `sha256` in its entry, newer versions are looked for.</source>
        <translation>条目中没有 `revision` 和 `sha256` 时，才会查找更新的版本。</translation>
    </message>
    <message>
        <source>Without words</source>
        <translation>没有文字</translation>
    </message>
    <message>
        <source>Words of a model's name, or its address</source>
        <translation>模型名称中的词语，或它的地址</translation>
    </message>
    <message>
        <source>Write a GGUF file</source>
        <translation>写入 GGUF 文件</translation>
    </message>
    <message>
        <source>Write a Python function that returns the moving average of a list.</source>
        <translation>编写一个返回列表移动平均值的 Python 函数。</translation>
    </message>
    <message>
        <source>Write as a GGUF file…</source>
        <translation>写成 GGUF 文件…</translation>
    </message>
    <message>
        <source>Write code</source>
        <translation>编写代码</translation>
    </message>
    <message>
        <source>Write it as a GGUF file, which llama.cpp and other programs read. In which precision?</source>
        <translation>写成 llama.cpp 等程序可读的 GGUF 文件。使用哪种精度？</translation>
    </message>
    <message>
        <source>Writing after a long context</source>
        <translation>长上下文之后的写作</translation>
    </message>
    <message>
        <source>Writing {name}…</source>
        <translation>正在写入 {name}…</translation>
    </message>
    <message>
        <source>Writing {tokens} tokens, {run}</source>
        <translation>正在写 {tokens} 个 token，{run}</translation>
    </message>
    <message>
        <source>Writing, tok/s</source>
        <translation>生成，tok/s</translation>
    </message>
    <message>
        <source>Written to {file}.</source>
        <translation>已写入 {file}。</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>You may not look for {title} at {location}.</source>
        <translation>没有权限在 {location} 查找 {title}。</translation>
    </message>
    <message>
        <source>You: {text}</source>
        <translation>你：{text}</translation>
    </message>
    <message>
        <source>Your chats were written by a newer version of llmdesk: here they can be read, but not changed.</source>
        <translation>这些对话由更新版本的 llmdesk 写入：在此可以阅读，但不能修改。</translation>
    </message>
    <message>
        <source>Your chats will be listed here.</source>
        <translation>对话将显示在这里。</translation>
    </message>
    <message>
        <source>Your models.toml has no model “{model_id}”.</source>
        <translation>您的 models.toml 中没有模型“{model_id}”。</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>`llmdesk models list` shows the models.</source>
        <translation>`llmdesk models list` 可列出模型。</translation>
    </message>
    <message>
        <source>`llmdesk serve key add NAME` makes one that nobody can guess.</source>
        <translation>`llmdesk serve key add NAME` 可创建无法猜测的密钥。</translation>
    </message>
    <message>
        <source>`llmdesk serve key add NAME` makes one that the server knows.</source>
        <translation>`llmdesk serve key add NAME` 可创建服务器认可的密钥。</translation>
    </message>
    <message>
        <source>`llmdesk serve key list` shows them.</source>
        <translation>`llmdesk serve key list` 可列出所有密钥。</translation>
    </message>
    <message>
        <source>`pip install --upgrade llmdesk` or `make run` installs it.</source>
        <translation>`pip install --upgrade llmdesk` 或 `make run` 可安装它。</translation>
    </message>
    <message>
        <source>a character is only half there</source>
        <translation>有字符不完整</translation>
    </message>
    <message>
        <source>a device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>a measurement of the memory</source>
        <translation>内存测量</translation>
    </message>
    <message>
        <source>a message follows one that is not before it</source>
        <translation>有消息的前一条消息不在其之前</translation>
    </message>
    <message>
        <source>a model being written to a file</source>
        <translation>一个正在写入文件的模型</translation>
    </message>
    <message>
        <source>a model in Flax's form</source>
        <translation>Flax 格式的模型</translation>
    </message>
    <message>
        <source>a model in LiteRT's form</source>
        <translation>LiteRT 格式的模型</translation>
    </message>
    <message>
        <source>a model in NeMo's form</source>
        <translation>NeMo 格式的模型</translation>
    </message>
    <message>
        <source>a model in ONNX form</source>
        <translation>ONNX 格式的模型</translation>
    </message>
    <message>
        <source>a model in TFLite's or LiteRT's form</source>
        <translation>TFLite 或 LiteRT 格式的模型</translation>
    </message>
    <message>
        <source>a model in TensorFlow's form</source>
        <translation>TensorFlow 格式的模型</translation>
    </message>
    <message>
        <source>a model in TensorFlow's or Keras's form</source>
        <translation>TensorFlow 或 Keras 格式的模型</translation>
    </message>
    <message>
        <source>a model of Core ML's form</source>
        <translation>Core ML 格式的模型</translation>
    </message>
    <message>
        <source>a model of ExecuTorch's form</source>
        <translation>ExecuTorch 格式的模型</translation>
    </message>
    <message>
        <source>a model of OpenVINO's form</source>
        <translation>OpenVINO 格式的模型</translation>
    </message>
    <message>
        <source>a model that was built for one kind of GPU (TensorRT)</source>
        <translation>为特定 GPU 构建的模型（TensorRT）</translation>
    </message>
    <message>
        <source>a name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>a named pipe</source>
        <translation>命名管道</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>a number is infinite</source>
        <translation>有数字为无穷大</translation>
    </message>
    <message>
        <source>a number is too large</source>
        <translation>有数字过大</translation>
    </message>
    <message>
        <source>a prompt has no answer</source>
        <translation>有提示词没有回答</translation>
    </message>
    <message>
        <source>a race</source>
        <translation>比赛</translation>
    </message>
    <message>
        <source>a server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>a socket</source>
        <translation>套接字</translation>
    </message>
    <message>
        <source>a table</source>
        <translation>表</translation>
    </message>
    <message>
        <source>a time is outside the calendar</source>
        <translation>有一个时间超出了日历范围</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>about</source>
        <translation>约</translation>
    </message>
    <message numerus="yes">
        <source>about %n token(s)</source>
        <translation>
            <numerusform>约 %Ln 个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>大约还需 {time}</translation>
    </message>
    <message>
        <source>about {used} of {available} tokens</source>
        <translation>约 {used} / {available} 个 token</translation>
    </message>
    <message>
        <source>about {used} tokens</source>
        <translation>约 {used} 个 token</translation>
    </message>
    <message>
        <source>after {time} without use</source>
        <translation>（闲置 {time} 后）</translation>
    </message>
    <message>
        <source>after {tokens:,} tokens</source>
        <translation>在 {tokens:,} 个 token 之后</translation>
    </message>
    <message>
        <source>an array of NumPy's</source>
        <translation>NumPy 数组</translation>
    </message>
    <message>
        <source>an id is none of llmdesk's</source>
        <translation>有 ID 不是 llmdesk 的</translation>
    </message>
    <message>
        <source>an unknown amount</source>
        <translation>未知大小</translation>
    </message>
    <message>
        <source>an unknown day</source>
        <translation>未知日期</translation>
    </message>
    <message>
        <source>answer stopped</source>
        <translation>回答已停止</translation>
    </message>
    <message>
        <source>answer was in the cache</source>
        <translation>回答在缓存中</translation>
    </message>
    <message>
        <source>answer {lengths}</source>
        <translation>回答 {lengths}</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>正在回答</translation>
    </message>
    <message>
        <source>as many as are best</source>
        <translation>最合适的数量</translation>
    </message>
    <message>
        <source>as {precision} with a context of {tokens:,} tokens ({size:.1f} GB)</source>
        <translation>以 {precision} 加载，上下文 {tokens:,} 个 token（{size:.1f} GB）</translation>
    </message>
    <message>
        <source>asking {host}</source>
        <translation>正在询问 {host}</translation>
    </message>
    <message>
        <source>at most {le:g}</source>
        <translation>最多 {le:g}</translation>
    </message>
    <message>
        <source>best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>by itself</source>
        <translation>自然结束</translation>
    </message>
    <message>
        <source>by “partial_rotary_factor” {dims} dimensions are rotated</source>
        <translation>按“partial_rotary_factor”会旋转 {dims} 维</translation>
    </message>
    <message>
        <source>by “{key}” layers share keys and values that no layer has ({shown})</source>
        <translation>根据“{key}”，有些层共享的键和值没有任何层拥有（{shown}）</translation>
    </message>
    <message>
        <source>by “{key}” {value} dimensions of {head_dim} would be rotated</source>
        <translation>按“{key}”会旋转 {head_dim} 维中的 {value} 维</translation>
    </message>
    <message>
        <source>cache {figure} GB</source>
        <translation>缓存 {figure} GB</translation>
    </message>
    <message>
        <source>calls tools</source>
        <translation>可调用工具</translation>
    </message>
    <message>
        <source>chat_template in tokenizer_config.json or chat_template.jinja cannot be used</source>
        <translation>tokenizer_config.json 中的 chat_template 或 chat_template.jinja 无法使用</translation>
    </message>
    <message>
        <source>checking the converted weights</source>
        <translation>正在检查已转换的权重</translation>
    </message>
    <message>
        <source>checking the file</source>
        <translation>正在检查文件</translation>
    </message>
    <message>
        <source>clock fell to {now:.1f} from {usual:.1f} GHz</source>
        <translation>频率从 {usual:.1f} 降至 {now:.1f} GHz</translation>
    </message>
    <message>
        <source>code, agents, quick</source>
        <translation>代码、智能体，快速</translation>
    </message>
    <message>
        <source>config.json cannot be used</source>
        <translation>config.json 无法使用</translation>
    </message>
    <message>
        <source>config.json in {name} cannot be read</source>
        <translation>无法读取 {name} 中的 config.json</translation>
    </message>
    <message>
        <source>config.json: no “{kind}” can be made of it</source>
        <translation>config.json：无法据此构建“{kind}”</translation>
    </message>
    <message>
        <source>config.json: “quantization_config” cannot be read</source>
        <translation>config.json：无法读取“quantization_config”</translation>
    </message>
    <message>
        <source>context of {n:,} tokens</source>
        <translation>上下文 {n:,} 个 token</translation>
    </message>
    <message>
        <source>converting the tokenizer, once</source>
        <translation>正在转换分词器（仅一次）</translation>
    </message>
    <message>
        <source>converting the weights, once</source>
        <translation>正在转换权重（仅一次）</translation>
    </message>
    <message>
        <source>copying to the GPU</source>
        <translation>正在复制到 GPU</translation>
    </message>
    <message>
        <source>depth {lengths}</source>
        <translation>深度 {lengths}</translation>
    </message>
    <message>
        <source>did not load</source>
        <translation>加载失败</translation>
    </message>
    <message>
        <source>docs/demos.md has the form; `llmdesk demo --list` shows the demos that are there.</source>
        <translation>格式见 docs/demos.md；`llmdesk demo --list` 显示现有演示。</translation>
    </message>
    <message>
        <source>docs/links.md has the links that there are.</source>
        <translation>docs/links.md 列出了可用的链接。</translation>
    </message>
    <message numerus="yes">
        <source>done: %n token(s), first token after {time}</source>
        <translation>
            <numerusform>完成：%Ln 个 token，首个 token 用时 {time}</numerusform>
        </translation>
    </message>
    <message>
        <source>embeddings, not for chat</source>
        <translation>嵌入，不用于对话</translation>
    </message>
    <message>
        <source>ended at the length limit</source>
        <translation>达到长度上限而结束</translation>
    </message>
    <message>
        <source>ended because the context is full</source>
        <translation>因上下文已满而结束</translation>
    </message>
    <message>
        <source>equal choices</source>
        <translation>相同选择</translation>
    </message>
    <message>
        <source>everyday questions, English</source>
        <translation>日常问题，英语</translation>
    </message>
    <message>
        <source>everyday, European languages</source>
        <translation>日常，欧洲语言</translation>
    </message>
    <message>
        <source>everyday, many languages</source>
        <translation>日常，多语言</translation>
    </message>
    <message>
        <source>expected "keyring" or "env:NAME" (an environment variable); a key itself is a secret and does not belong into this file. Take it out and enter it with `llmdesk models add URL --key`</source>
        <translation>应为 "keyring" 或 "env:NAME"（环境变量）；密钥本身是机密，不应写入此文件。请将其删除，并用 `llmdesk models add URL --key` 输入</translation>
    </message>
    <message>
        <source>expected NAME.gguf, found “{file}”</source>
        <translation>应为 NAME.gguf，实际为“{file}”</translation>
    </message>
    <message>
        <source>expected OWNER/NAME for source = "hub", found “{location}”</source>
        <translation>source = "hub" 时应为 OWNER/NAME，实际为“{location}”</translation>
    </message>
    <message>
        <source>expected PACKAGE/NAME.gguf, found “{file}”</source>
        <translation>应为 PACKAGE/NAME.gguf，实际为“{file}”</translation>
    </message>
    <message>
        <source>expected a name other than {names}, found {found!r}</source>
        <translation>应为 {names} 以外的名称，实际为 {found!r}</translation>
    </message>
    <message>
        <source>expected an address as http://name:3128, without user and password</source>
        <translation>应为 http://name:3128 这样的地址，不含用户名和密码</translation>
    </message>
    <message>
        <source>expected an address such as http://10.0.0.5:8000/v1</source>
        <translation>应为 http://10.0.0.5:8000/v1 这样的地址</translation>
    </message>
    <message>
        <source>expected an address without user, password or parameters: keys have places of their own</source>
        <translation>应为不含用户名、密码或参数的地址：密钥有专门的存放处</translation>
    </message>
    <message>
        <source>expected one of {names}, found {preset!r}</source>
        <translation>应为 {names} 之一，实际为 {preset!r}</translation>
    </message>
    <message>
        <source>expected {expected}, found {found}</source>
        <translation>应为 {expected}，实际为 {found}</translation>
    </message>
    <message>
        <source>expected {it}</source>
        <translation>应为 {it}</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>failed: {reason}</source>
        <translation>失败：{reason}</translation>
    </message>
    <message>
        <source>fetched {count} times</source>
        <translation>已获取 {count} 次</translation>
    </message>
    <message>
        <source>fidelity not measured</source>
        <translation>未测量保真度</translation>
    </message>
    <message>
        <source>finding the best number of threads, once</source>
        <translation>正在确定最佳线程数（仅一次）</translation>
    </message>
    <message>
        <source>finish</source>
        <translation>终点</translation>
    </message>
    <message>
        <source>first difference</source>
        <translation>首处不同</translation>
    </message>
    <message>
        <source>first token</source>
        <translation>首个 token</translation>
    </message>
    <message>
        <source>folded</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>for {purpose}</source>
        <translation>（用于 {purpose}）</translation>
    </message>
    <message>
        <source>found by their words only</source>
        <translation>只能按用词查找</translation>
    </message>
    <message>
        <source>free {figure} GB</source>
        <translation>可用 {figure} GB</translation>
    </message>
    <message>
        <source>from the answer cache: asked before in the same words, nothing was computed</source>
        <translation>来自回答缓存：之前以相同文字提问过，未进行计算</translation>
    </message>
    <message>
        <source>gets ready</source>
        <translation>准备中</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>贪心</translation>
    </message>
    <message>
        <source>hard questions, code</source>
        <translation>难题，代码</translation>
    </message>
    <message>
        <source>hardest questions, quick</source>
        <translation>最难的问题，快速</translation>
    </message>
    <message>
        <source>has no weights</source>
        <translation>没有权重</translation>
    </message>
    <message>
        <source>has several GGUF files</source>
        <translation>包含多个 GGUF 文件</translation>
    </message>
    <message>
        <source>hears or makes speech</source>
        <translation>用于识别或生成语音</translation>
    </message>
    <message>
        <source>held as {precision}</source>
        <translation>以 {precision} 存放</translation>
    </message>
    <message>
        <source>holds several models</source>
        <translation>包含多个模型</translation>
    </message>
    <message>
        <source>holds several models of Ollama's</source>
        <translation>包含多个 Ollama 模型</translation>
    </message>
    <message>
        <source>images, quick answers</source>
        <translation>图片、快速回答</translation>
    </message>
    <message>
        <source>in</source>
        <translation>分</translation>
    </message>
    <message>
        <source>in memory</source>
        <translation>在内存中</translation>
    </message>
    <message numerus="yes">
        <source>in {count} token(s)</source>
        <translation>
            <numerusform>共 {count} 个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>instructions and tools</source>
        <translation>指令与工具</translation>
    </message>
    <message>
        <source>intel-extension-for-pytorch is not installed</source>
        <translation>未安装 intel-extension-for-pytorch</translation>
    </message>
    <message>
        <source>intel-extension-for-pytorch is not installed whole.</source>
        <translation>intel-extension-for-pytorch 安装不完整。</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>is a LoRA adapter, not a model</source>
        <translation>是 LoRA 适配器，不是模型</translation>
    </message>
    <message>
        <source>is a pickle, and reading such a file can run any code</source>
        <translation>是 pickle 文件，读取此类文件可能执行任意代码</translation>
    </message>
    <message>
        <source>is an importance matrix, a by-product of quantising, not a model</source>
        <translation>是重要性矩阵（量化的副产品），不是模型</translation>
    </message>
    <message>
        <source>is for source = "server" only</source>
        <translation>仅用于 source = "server"</translation>
    </message>
    <message>
        <source>is in Core ML's form</source>
        <translation>是 Core ML 格式</translation>
    </message>
    <message>
        <source>is in Flax's form</source>
        <translation>是 Flax 格式</translation>
    </message>
    <message>
        <source>is in LiteRT's form</source>
        <translation>是 LiteRT 格式</translation>
    </message>
    <message>
        <source>is in NeMo's form</source>
        <translation>是 NeMo 格式</translation>
    </message>
    <message>
        <source>is in ONNX form</source>
        <translation>是 ONNX 格式</translation>
    </message>
    <message>
        <source>is in OpenVINO's form</source>
        <translation>是 OpenVINO 格式</translation>
    </message>
    <message>
        <source>is in TFLite's form</source>
        <translation>是 TFLite 格式</translation>
    </message>
    <message>
        <source>is in TensorFlow's form</source>
        <translation>是 TensorFlow 格式</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>is missing; source = "package" needs `file` and `revision`</source>
        <translation>缺失；source = "package" 需要 `file` 和 `revision`</translation>
    </message>
    <message>
        <source>is missing; source = "server" needs the name that the model has there</source>
        <translation>缺失；source = "server" 需要模型在该处的名称</translation>
    </message>
    <message>
        <source>is the part of a model that sees or hears (mmproj), not the model</source>
        <translation>是模型中负责视觉或听觉的部分（mmproj），不是模型本身</translation>
    </message>
    <message>
        <source>is unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>is unknown here; entries begin with [[model]]</source>
        <translation>在此未知；条目以 [[model]] 开头</translation>
    </message>
    <message>
        <source>is unknown; the keys are {names}</source>
        <translation>未知；可用的键为 {names}</translation>
    </message>
    <message>
        <source>is unknown; the nearest is “{near}”</source>
        <translation>未知；最接近的是“{near}”</translation>
    </message>
    <message>
        <source>it could not be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>it does not write text</source>
        <translation>它不生成文本</translation>
    </message>
    <message>
        <source>it failed</source>
        <translation>出错</translation>
    </message>
    <message>
        <source>it fills gaps in a text and does not go on with one</source>
        <translation>它填补文本中的空缺，不会续写</translation>
    </message>
    <message>
        <source>it has an encoder and a decoder</source>
        <translation>它有编码器和解码器</translation>
    </message>
    <message>
        <source>it has an encoder and a decoder, and llmdesk runs decoders only</source>
        <translation>它有编码器和解码器，而 llmdesk 只运行解码器</translation>
    </message>
    <message>
        <source>it has more experts than the kernels were made for</source>
        <translation>它的专家数量超出内核的支持范围</translation>
    </message>
    <message>
        <source>it has more layers than the kernels were made for</source>
        <translation>其层数超过内核支持的数量</translation>
    </message>
    <message>
        <source>it has {free:.1f} GB free and {needed:.1f} GB are needed</source>
        <translation>可用 {free:.1f} GB，需要 {needed:.1f} GB</translation>
    </message>
    <message>
        <source>it holds something else than chats</source>
        <translation>其中不是对话</translation>
    </message>
    <message>
        <source>it is missing</source>
        <translation>缺少该项</translation>
    </message>
    <message>
        <source>it is nested too deeply</source>
        <translation>嵌套过深</translation>
    </message>
    <message>
        <source>it is no text</source>
        <translation>不是文本</translation>
    </message>
    <message>
        <source>it is not text in UTF-8</source>
        <translation>不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>it makes sound, not text</source>
        <translation>它生成声音而非文本</translation>
    </message>
    <message>
        <source>it needs program code from its publisher, and llmdesk never runs such code</source>
        <translation>它需要发布者的程序代码，而 llmdesk 从不运行此类代码</translation>
    </message>
    <message>
        <source>it sends on to an address without HTTPS</source>
        <translation>它转到了没有 HTTPS 的地址</translation>
    </message>
    <message>
        <source>it should hold an object</source>
        <translation>应包含一个对象</translation>
    </message>
    <message>
        <source>it takes longer than {value:.0f} seconds</source>
        <translation>耗时超过 {value:.0f} 秒</translation>
    </message>
    <message>
        <source>it takes too much memory or time</source>
        <translation>占用过多内存或时间</translation>
    </message>
    <message>
        <source>it writes {found} pictures of {count}</source>
        <translation>它写出了 {count} 张图片中的 {found} 张</translation>
    </message>
    <message>
        <source>its activation {activation} is unusual, so it runs on transformers' own modules</source>
        <translation>其激活函数 {activation} 不常见，因此使用 transformers 自带的模块运行</translation>
    </message>
    <message>
        <source>its layers are unusual, so it runs on transformers' own modules</source>
        <translation>它的层不常见，因此使用 transformers 自带的模块运行</translation>
    </message>
    <message>
        <source>its layers have unusual sizes</source>
        <translation>其层的大小不常见</translation>
    </message>
    <message>
        <source>its queries, keys and values are clipped, so it runs on transformers' own modules</source>
        <translation>它的查询、键和值会被截断，因此在 transformers 自带的模块上运行</translation>
    </message>
    <message>
        <source>its tokens see what comes after them, so it runs on transformers' own modules</source>
        <translation>其 token 能看到之后的内容，因此使用 transformers 自带的模块运行</translation>
    </message>
    <message>
        <source>judges texts or marks them, and writes none</source>
        <translation>用于评判或标注文本，不生成文本</translation>
    </message>
    <message>
        <source>keeps its weights in Ollama's own form, tensor by tensor</source>
        <translation>以 Ollama 的自有格式逐个张量保存权重</translation>
    </message>
    <message>
        <source>kernels of {name}</source>
        <translation>{name} 的内核</translation>
    </message>
    <message>
        <source>kernels: {names}</source>
        <translation>内核：{names}</translation>
    </message>
    <message>
        <source>key “{key}”: {mistake}.</source>
        <translation>键“{key}”：{mistake}。</translation>
    </message>
    <message>
        <source>knowledge, quick answers</source>
        <translation>知识，快速回答</translation>
    </message>
    <message>
        <source>less than {lt:g}</source>
        <translation>小于 {lt:g}</translation>
    </message>
    <message>
        <source>line {line}: this is not TOML: {reason}</source>
        <translation>第 {line} 行：不是 TOML：{reason}</translation>
    </message>
    <message>
        <source>lines {span}</source>
        <translation>第 {span} 行</translation>
    </message>
    <message>
        <source>little memory, English</source>
        <translation>省内存，英语</translation>
    </message>
    <message>
        <source>llmdesk did not run</source>
        <translation>llmdesk 未运行</translation>
    </message>
    <message>
        <source>llmdesk did not write {file}, so it stays.</source>
        <translation>{file} 不是 llmdesk 写入的，因此保留。</translation>
    </message>
    <message>
        <source>llmdesk goes on</source>
        <translation>llmdesk 继续运行</translation>
    </message>
    <message>
        <source>llmdesk is closing.</source>
        <translation>llmdesk 正在关闭。</translation>
    </message>
    <message>
        <source>llmdesk is in offline mode: no model is searched for or fetched.</source>
        <translation>llmdesk 处于离线模式：不搜索也不获取模型。</translation>
    </message>
    <message>
        <source>llmdesk is in offline mode: no newer version is looked for or fetched.</source>
        <translation>llmdesk 处于离线模式：不会查找或获取新版本。</translation>
    </message>
    <message>
        <source>llmdesk is open.</source>
        <translation>llmdesk 正在运行。</translation>
    </message>
    <message>
        <source>llmdesk may not write to {parent}.</source>
        <translation>llmdesk 没有写入 {parent} 的权限。</translation>
    </message>
    <message>
        <source>llmdesk may take no more here; raise engine.memory_limit_gb, or choose a smaller model.</source>
        <translation>llmdesk 在此不能占用更多内存；请提高 engine.memory_limit_gb，或选择更小的模型。</translation>
    </message>
    <message>
        <source>llmdesk must be able to write to {parent}.</source>
        <translation>llmdesk 需要对 {parent} 的写入权限。</translation>
    </message>
    <message>
        <source>llmdesk reads a folder with config.json, tokenizer and *.safetensors files, or one .gguf file.</source>
        <translation>llmdesk 可读取包含 config.json、分词器和 *.safetensors 文件的文件夹，或单个 .gguf 文件。</translation>
    </message>
    <message>
        <source>llmdesk reads safetensors and GGUF only: look for those files of the same model.</source>
        <translation>llmdesk 只读取 safetensors 和 GGUF：请查找同一模型的此类文件。</translation>
    </message>
    <message>
        <source>llmdesk reads safetensors and GGUF only; pickled weights can run any code and are never fetched.</source>
        <translation>llmdesk 只读取 safetensors 和 GGUF；pickle 权重可能执行任意代码，绝不会被下载。</translation>
    </message>
    <message>
        <source>llmdesk starts when you log in; without a window where it has an icon.</source>
        <translation>登录时启动 llmdesk；有图标时不显示窗口。</translation>
    </message>
    <message numerus="yes">
        <source>llmdesk uses about {used} of %n core(s).</source>
        <translation>
            <numerusform>llmdesk 约使用 %Ln 个核心中的 {used} 个。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>llmdesk uses about {used} of %n processor thread(s).</source>
        <translation>
            <numerusform>llmdesk 约使用 %Ln 个处理器线程中的 {used} 个。</numerusform>
        </translation>
    </message>
    <message>
        <source>llmdesk uses all processor cores.</source>
        <translation>llmdesk 使用了全部处理器核心。</translation>
    </message>
    <message>
        <source>llmdesk with its model may take {size} GB (engine.memory_limit_gb sets it).</source>
        <translation>llmdesk 连同模型最多可占用 {size} GB（由 engine.memory_limit_gb 设置）。</translation>
    </message>
    <message>
        <source>llmdesk {process} GB, system {system} GB</source>
        <translation>llmdesk {process} GB，系统 {system} GB</translation>
    </message>
    <message>
        <source>llmdesk {process}, system {system}</source>
        <translation>llmdesk {process}，系统 {system}</translation>
    </message>
    <message>
        <source>llmdesk {version} is there.</source>
        <translation>llmdesk {version} 已发布。</translation>
    </message>
    <message>
        <source>llmdesk's kernels for {name}</source>
        <translation>llmdesk 的 {name} 内核</translation>
    </message>
    <message>
        <source>llmdesk's own kernels are not used: {reason}</source>
        <translation>未使用 llmdesk 自带的内核：{reason}</translation>
    </message>
    <message>
        <source>llmdesk's own kernels cannot run here.</source>
        <translation>llmdesk 自带的内核无法在此运行。</translation>
    </message>
    <message>
        <source>llmdesk's own kernels for {isa}</source>
        <translation>llmdesk 自带的 {isa} 内核</translation>
    </message>
    <message>
        <source>llmdesk's own kernels need an x86-64 processor with AVX2</source>
        <translation>llmdesk 自带的内核需要支持 AVX2 的 x86-64 处理器</translation>
    </message>
    <message>
        <source>llmdesk, live</source>
        <translation>llmdesk，实时</translation>
    </message>
    <message>
        <source>llmdesk: something went wrong</source>
        <translation>llmdesk：出现错误</translation>
    </message>
    <message>
        <source>load average {load} before</source>
        <translation>此前负载 {load}</translation>
    </message>
    <message>
        <source>loading, {percent}</source>
        <translation>加载中，{percent}</translation>
    </message>
    <message>
        <source>logit_bias names a token that this model does not have; it has {count}.</source>
        <translation>logit_bias 指定了此模型没有的 token；它共有 {count} 个。</translation>
    </message>
    <message>
        <source>logprobs and logit_bias are for models that run here.</source>
        <translation>logprobs 和 logit_bias 仅适用于在本机运行的模型。</translation>
    </message>
    <message>
        <source>looked at {day}, {time}</source>
        <translation>查看于 {day} {time}</translation>
    </message>
    <message>
        <source>looking for models</source>
        <translation>正在查找模型</translation>
    </message>
    <message>
        <source>made {day}</source>
        <translation>创建于 {day}</translation>
    </message>
    <message>
        <source>makes pictures or films</source>
        <translation>用于生成图像或视频</translation>
    </message>
    <message>
        <source>makes pictures or films (diffusers' form) and writes no texts</source>
        <translation>用于生成图像或视频（diffusers 格式），不生成文本</translation>
    </message>
    <message>
        <source>makes vectors out of texts (embeddings) and writes none</source>
        <translation>将文本转换为向量（嵌入），不生成文本</translation>
    </message>
    <message>
        <source>makes vectors out of texts (embeddings) or judges them, and writes none</source>
        <translation>将文本转换为向量（嵌入）或评判文本，不生成文本</translation>
    </message>
    <message>
        <source>maths and reasoning</source>
        <translation>数学与推理</translation>
    </message>
    <message>
        <source>measured on another machine: {machine}</source>
        <translation>在另一台计算机上测得：{machine}</translation>
    </message>
    <message>
        <source>measured with older kernels</source>
        <translation>用旧内核测得</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>memory is moved to disk, {rate:.0f} MB/s</source>
        <translation>内存正在换出到磁盘，{rate:.0f} MB/s</translation>
    </message>
    <message numerus="yes">
        <source>message(s)</source>
        <translation>
            <numerusform>条消息</numerusform>
        </translation>
    </message>
    <message>
        <source>model ready</source>
        <translation>模型已就绪</translation>
    </message>
    <message>
        <source>model {figure} GB</source>
        <translation>模型 {figure} GB</translation>
    </message>
    <message>
        <source>more than {gt:g}</source>
        <translation>大于 {gt:g}</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>must be written as [[model]] tables</source>
        <translation>必须写为 [[model]] 表</translation>
    </message>
    <message>
        <source>needs a login</source>
        <translation>需要登录</translation>
    </message>
    <message>
        <source>new answer</source>
        <translation>新回答</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <source>nobody's home is known for “{location}”</source>
        <translation>不知道“{location}”的主目录</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>not comparable</source>
        <translation>不可比</translation>
    </message>
    <message>
        <source>not loaded</source>
        <translation>未加载</translation>
    </message>
    <message>
        <source>not measurable</source>
        <translation>无法测量</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测</translation>
    </message>
    <message>
        <source>not possible now</source>
        <translation>目前不可用</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>未设置</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>nothing has come for {seconds} s</source>
        <translation>已有 {seconds} 秒没有收到内容</translation>
    </message>
    <message>
        <source>nothing to compare</source>
        <translation>无可比较</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>of {seconds} s</source>
        <translation>共 {seconds} 秒</translation>
    </message>
    <message>
        <source>of {speed}</source>
        <translation>/ {speed}</translation>
    </message>
    <message>
        <source>of {speed} GFLOP/s</source>
        <translation>/ {speed} GFLOP/s</translation>
    </message>
    <message>
        <source>of {speed} TFLOP/s</source>
        <translation>/ {speed} TFLOP/s</translation>
    </message>
    <message>
        <source>of {total} GB</source>
        <translation>/ {total} GB</translation>
    </message>
    <message>
        <source>of {total} drafted tokens right</source>
        <translation>命中 / 共预测 {total} 个 token</translation>
    </message>
    <message>
        <source>on battery</source>
        <translation>使用电池</translation>
    </message>
    <message>
        <source>on this machine</source>
        <translation>在本机</translation>
    </message>
    <message>
        <source>opening the model</source>
        <translation>正在打开模型</translation>
    </message>
    <message>
        <source>other programs compute, too</source>
        <translation>其他程序也在计算</translation>
    </message>
    <message>
        <source>packing</source>
        <translation>正在打包</translation>
    </message>
    <message>
        <source>page {span}</source>
        <translation>第 {span} 页</translation>
    </message>
    <message>
        <source>pages {span}</source>
        <translation>第 {span} 页</translation>
    </message>
    <message>
        <source>paragraphs {span}</source>
        <translation>第 {span} 段</translation>
    </message>
    <message numerus="yes">
        <source>part(s)</source>
        <translation>
            <numerusform>部分</numerusform>
        </translation>
    </message>
    <message>
        <source>partly fetched</source>
        <translation>已获取一部分</translation>
    </message>
    <message>
        <source>passages</source>
        <translation>段</translation>
    </message>
    <message>
        <source>per token</source>
        <translation>每 token</translation>
    </message>
    <message>
        <source>per token p50</source>
        <translation>每 token p50</translation>
    </message>
    <message>
        <source>pictures, documents</source>
        <translation>图片、文档</translation>
    </message>
    <message>
        <source>pictures, short texts</source>
        <translation>图片，短文本</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>pip can uninstall it.</source>
        <translation>可用 pip 卸载。</translation>
    </message>
    <message>
        <source>pip could not fetch {requirement}.</source>
        <translation>pip 无法下载 {requirement}。</translation>
    </message>
    <message>
        <source>pip could not fetch {requirement}: the package index cannot be reached.</source>
        <translation>pip 无法获取 {requirement}：无法连接软件包索引。</translation>
    </message>
    <message>
        <source>pip could not fetch {requirement}: the package index does not have it.</source>
        <translation>pip 无法获取 {requirement}：软件包索引中没有它。</translation>
    </message>
    <message>
        <source>plugged in</source>
        <translation>已接通电源</translation>
    </message>
    <message>
        <source>preparing the kernels</source>
        <translation>正在准备内核</translation>
    </message>
    <message>
        <source>private</source>
        <translation>私密</translation>
    </message>
    <message>
        <source>processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>prompt of {n:,} tokens</source>
        <translation>提示词 {n:,} 个 token</translation>
    </message>
    <message>
        <source>prompt tok/s</source>
        <translation>提示词 tok/s</translation>
    </message>
    <message>
        <source>prompt {lengths}</source>
        <translation>提示词 {lengths}</translation>
    </message>
    <message>
        <source>prompt {prompt:,}, answer {answer:,}</source>
        <translation>提示词 {prompt:,}，回答 {answer:,}</translation>
    </message>
    <message>
        <source>prompts and answers do not take turns</source>
        <translation>提示词和回答没有交替出现</translation>
    </message>
    <message>
        <source>quick extraction, sorting</source>
        <translation>快速提取、分类</translation>
    </message>
    <message>
        <source>quick short answers</source>
        <translation>快速简短回答</translation>
    </message>
    <message>
        <source>quick, many languages</source>
        <translation>快速，多语言</translation>
    </message>
    <message>
        <source>random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>random weights</source>
        <translation>随机权重</translation>
    </message>
    <message>
        <source>reading the prompt, {percent} %</source>
        <translation>读取提示词，{percent} %</translation>
    </message>
    <message>
        <source>reading weights</source>
        <translation>正在读取权重</translation>
    </message>
    <message>
        <source>reasoning, many languages</source>
        <translation>推理，多语言</translation>
    </message>
    <message>
        <source>recommended here</source>
        <translation>本机推荐</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>参照</translation>
    </message>
    <message>
        <source>research, fully open</source>
        <translation>研究，完全开放</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>已吊销</translation>
    </message>
    <message>
        <source>rows {span}</source>
        <translation>第 {span} 行</translation>
    </message>
    <message>
        <source>s</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>safetensors, the publisher's own weights</source>
        <translation>safetensors，发布者的原始权重</translation>
    </message>
    <message>
        <source>sampled with seed {seed}</source>
        <translation>以种子 {seed} 采样</translation>
    </message>
    <message>
        <source>searching your folders</source>
        <translation>搜索你的文件夹</translation>
    </message>
    <message>
        <source>sees images</source>
        <translation>能看图片</translation>
    </message>
    <message>
        <source>sees pictures and writes no texts</source>
        <translation>用于识别图像，不生成文本</translation>
    </message>
    <message>
        <source>server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>set</source>
        <translation>已设置</translation>
    </message>
    <message>
        <source>settings.toml, in the system's editor</source>
        <translation>在系统编辑器中打开 settings.toml</translation>
    </message>
    <message>
        <source>sheet {sheet}, {where}</source>
        <translation>工作表 {sheet}，{where}</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>当前显示</translation>
    </message>
    <message>
        <source>slowed down by heat</source>
        <translation>因过热降速</translation>
    </message>
    <message>
        <source>small letters, digits, dots and dashes, with a letter or digit first</source>
        <translation>小写字母、数字、点和连字符，且以字母或数字开头</translation>
    </message>
    <message>
        <source>some of its layers have no experts, so it runs on transformers' own modules</source>
        <translation>它的某些层没有专家，因此使用 transformers 自带的模块运行</translation>
    </message>
    <message>
        <source>something else</source>
        <translation>其他内容</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>starting the engine</source>
        <translation>正在启动引擎</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>summaries, eight languages</source>
        <translation>摘要，八种语言</translation>
    </message>
    <message>
        <source>system</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>takes about {needed:.1f} GB</source>
        <translation>约需 {needed:.1f} GB</translation>
    </message>
    <message>
        <source>takes {needed:.1f} GB</source>
        <translation>需要 {needed:.1f} GB</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>that was removed</source>
        <translation>已移除</translation>
    </message>
    <message>
        <source>the fastest here</source>
        <translation>本机最快</translation>
    </message>
    <message>
        <source>the installed transformers does not know it</source>
        <translation>已安装的 transformers 不支持它</translation>
    </message>
    <message>
        <source>the name of a .gguf file inside the repository or package, or of its folder with a /</source>
        <translation>仓库或软件包中的 .gguf 文件名，或其文件夹名加 /</translation>
    </message>
    <message>
        <source>there is no such key</source>
        <translation>没有这个键</translation>
    </message>
    <message>
        <source>thinks</source>
        <translation>会思考</translation>
    </message>
    <message>
        <source>this machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>this processor has no AVX2</source>
        <translation>此处理器不支持 AVX2</translation>
    </message>
    <message>
        <source>threads: {counts}</source>
        <translation>线程：{counts}</translation>
    </message>
    <message>
        <source>to be fetched</source>
        <translation>需下载</translation>
    </message>
    <message>
        <source>to make room for {title}</source>
        <translation>（为 {title} 腾出空间）</translation>
    </message>
    <message>
        <source>tok/s</source>
        <translation>tok/s</translation>
    </message>
    <message>
        <source>token {number:,}</source>
        <translation>第 {number:,} 个 token</translation>
    </message>
    <message numerus="yes">
        <source>token(s)</source>
        <translation>
            <numerusform>个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>tokens / s</source>
        <translation>token / 秒</translation>
    </message>
    <message>
        <source>tokens per second</source>
        <translation>token/秒</translation>
    </message>
    <message>
        <source>transformers cannot load “{model_type}”</source>
        <translation>transformers 无法加载“{model_type}”</translation>
    </message>
    <message>
        <source>translates from one text to another (encoder and decoder) and does not chat</source>
        <translation>用于文本到文本的转换（编码器和解码器），不能对话</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>trying things out</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>two messages have the same id</source>
        <translation>两条消息的 ID 相同</translation>
    </message>
    <message>
        <source>unfolded</source>
        <translation>已展开</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>used by llmdesk itself</source>
        <translation>llmdesk 自身使用中</translation>
    </message>
    <message>
        <source>used by the server</source>
        <translation>服务器使用中</translation>
    </message>
    <message>
        <source>waiting for the key</source>
        <translation>正在等待密钥</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>warming up</source>
        <translation>正在预热</translation>
    </message>
    <message>
        <source>was built for one kind of GPU (TensorRT)</source>
        <translation>是为特定 GPU 构建的（TensorRT）</translation>
    </message>
    <message>
        <source>whole machine</source>
        <translation>整机</translation>
    </message>
    <message>
        <source>with a context of {tokens:,} tokens ({size:.1f} GB)</source>
        <translation>上下文 {tokens:,} 个 token（{size:.1f} GB）</translation>
    </message>
    <message>
        <source>without a pause of</source>
        <translation>不含暂停</translation>
    </message>
    <message>
        <source>without the oldest</source>
        <translation>省略最早的</translation>
    </message>
    <message>
        <source>writes texts by diffusion, not word by word</source>
        <translation>以扩散方式生成文本，而非逐词生成</translation>
    </message>
    <message>
        <source>writing {name}</source>
        <translation>正在写入 {name}</translation>
    </message>
    <message>
        <source>writing, many languages</source>
        <translation>写作，多语言</translation>
    </message>
    <message>
        <source>{INDEX} has no weight_map.</source>
        <translation>{INDEX} 没有 weight_map。</translation>
    </message>
    <message>
        <source>{INDEX} names a file outside its folder: {outside}.</source>
        <translation>{INDEX} 引用了其文件夹之外的文件：{outside}。</translation>
    </message>
    <message>
        <source>{accepted} requests are already waiting.</source>
        <translation>已有 {accepted} 个请求在等待。</translation>
    </message>
    <message>
        <source>{address} does not answer: {reason}.</source>
        <translation>{address} 没有响应：{reason}。</translation>
    </message>
    <message>
        <source>{bias} has the shape {shape}, {name} has {expected} rows.</source>
        <translation>{bias} 的形状为 {shape}，{name} 有 {expected} 行。</translation>
    </message>
    <message>
        <source>{choice} is not a backend.</source>
        <translation>{choice} 不是有效的后端。</translation>
    </message>
    <message>
        <source>{choice} is not a device.</source>
        <translation>{choice} 不是有效的设备。</translation>
    </message>
    <message>
        <source>{choice} is not a number of gigabytes.</source>
        <translation>{choice} 不是有效的 GB 数。</translation>
    </message>
    <message>
        <source>{choice} is not a number of threads.</source>
        <translation>{choice} 不是有效的线程数。</translation>
    </message>
    <message>
        <source>{choice} is not known.</source>
        <translation>{choice} 未知。</translation>
    </message>
    <message>
        <source>{chosen} asks for an Intel GPU, and torch finds none.</source>
        <translation>{chosen} 要求使用 Intel GPU，但 torch 未找到。</translation>
    </message>
    <message>
        <source>{config}: “{key}” cannot be used</source>
        <translation>{config}：“{key}”无法使用</translation>
    </message>
    <message>
        <source>{count:,} of them by their meaning, too</source>
        <translation>其中 {count:,} 个也可按含义查找</translation>
    </message>
    <message>
        <source>{count:,} of {tokens}</source>
        <translation>{count:,} / {tokens}</translation>
    </message>
    <message>
        <source>{count:,} tokens, whole</source>
        <translation>{count:,} 个词元，全文</translation>
    </message>
    <message>
        <source>{count:.0f} minutes</source>
        <translation>{count:.0f} 分钟</translation>
    </message>
    <message>
        <source>{count:g} seconds</source>
        <translation>{count:g} 秒</translation>
    </message>
    <message>
        <source>{count} more characters</source>
        <translation>还有 {count} 个字符</translation>
    </message>
    <message>
        <source>{count} running</source>
        <translation>{count} 个运行中</translation>
    </message>
    <message>
        <source>{count} tokens of context</source>
        <translation>上下文 {count} 个 token</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} 个等待中</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>{duration} per token</source>
        <translation>每 token {duration}</translation>
    </message>
    <message>
        <source>{error} for source = "server"</source>
        <translation>{error}（source = "server"）</translation>
    </message>
    <message>
        <source>{figure} %</source>
        <translation>{figure} %</translation>
    </message>
    <message>
        <source>{figure} GB</source>
        <translation>{figure} GB</translation>
    </message>
    <message>
        <source>{figure} MB</source>
        <translation>{figure} MB</translation>
    </message>
    <message>
        <source>{figure} billion weights</source>
        <translation>{figure} 十亿权重</translation>
    </message>
    <message>
        <source>{figure} kB</source>
        <translation>{figure} kB</translation>
    </message>
    <message>
        <source>{figure} million</source>
        <translation>{figure} 百万</translation>
    </message>
    <message>
        <source>{figure} million weights</source>
        <translation>{figure} 百万权重</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>无法读取 {file}：{reason}。</translation>
    </message>
    <message>
        <source>{file} cannot be written: {reason}.</source>
        <translation>无法写入 {file}：{reason}。</translation>
    </message>
    <message>
        <source>{file} could not be written.</source>
        <translation>无法写入 {file}。</translation>
    </message>
    <message>
        <source>{file} is broken, so it was left as it is: {in_words}.</source>
        <translation>{file} 有错误，因此保持不变：{in_words}。</translation>
    </message>
    <message>
        <source>{file} is damaged, so nobody's key can be checked.</source>
        <translation>{file} 已损坏，无法验证任何密钥。</translation>
    </message>
    <message>
        <source>{file}, line {line}, key “{key}”: {text}.</source>
        <translation>{file}，第 {line} 行，键“{key}”：{text}。</translation>
    </message>
    <message>
        <source>{file}, line {line}, {key}: {wanted}.</source>
        <translation>{file}，第 {line} 行，{key}：{wanted}。</translation>
    </message>
    <message>
        <source>{file}, line {line}, {words}</source>
        <translation>{file}，第 {line} 行，{words}</translation>
    </message>
    <message>
        <source>{file}, {key}: {wanted}.</source>
        <translation>{file}，{key}：{wanted}。</translation>
    </message>
    <message>
        <source>{file}, {mistake}.</source>
        <translation>{file}，{mistake}。</translation>
    </message>
    <message>
        <source>{file}, {syntax_mistake}.</source>
        <translation>{file}，{syntax_mistake}。</translation>
    </message>
    <message>
        <source>{file}: this is not TOML: it is not text in UTF-8.</source>
        <translation>{file}：不是 TOML：不是 UTF-8 文本。</translation>
    </message>
    <message>
        <source>{file}: this is not text in UTF-8.</source>
        <translation>{file}：不是 UTF-8 文本。</translation>
    </message>
    <message>
        <source>{file}: this is too long for a demo.</source>
        <translation>{file}：作为演示过长。</translation>
    </message>
    <message>
        <source>{file}: this is too long for a prompt.</source>
        <translation>{file}：作为提示词过长。</translation>
    </message>
    <message>
        <source>{file}: {text}.</source>
        <translation>{file}：{text}。</translation>
    </message>
    <message>
        <source>{free} GB of memory are free here, and a model may take {limit} GB.</source>
        <translation>本机可用内存 {free} GB，模型最多可占用 {limit} GB。</translation>
    </message>
    <message>
        <source>{ge:g} or more</source>
        <translation>不小于 {ge:g}</translation>
    </message>
    <message>
        <source>{generation_config} in {name} cannot be read</source>
        <translation>无法读取 {name} 中的 {generation_config}</translation>
    </message>
    <message>
        <source>{ghz} GHz</source>
        <translation>{ghz} GHz</translation>
    </message>
    <message numerus="yes">
        <source>{host} answers and serves %n model(s).</source>
        <translation>
            <numerusform>{host} 已响应，提供 %Ln 个模型。</numerusform>
        </translation>
    </message>
    <message>
        <source>{host} broke off in the middle of the answer.</source>
        <translation>{host} 在回答中途断开。</translation>
    </message>
    <message>
        <source>{host} broke the answer off ({value}).</source>
        <translation>{host} 中断了回答（{value}）。</translation>
    </message>
    <message>
        <source>{host} calls a tool in a form that makes no sense.</source>
        <translation>{host} 调用工具的形式没有意义。</translation>
    </message>
    <message>
        <source>{host} cannot be reached (tried for {connect_s:g} s).</source>
        <translation>无法连接 {host}（已尝试 {connect_s:g} 秒）。</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>无法连接 {host}。</translation>
    </message>
    <message>
        <source>{host} cannot continue an answer.</source>
        <translation>{host} 无法继续回答。</translation>
    </message>
    <message>
        <source>{host} could not finish the answer.</source>
        <translation>{host} 未能完成回答。</translation>
    </message>
    <message>
        <source>{host} does not accept the key.</source>
        <translation>{host} 不接受该密钥。</translation>
    </message>
    <message>
        <source>{host} does not serve {served_model}.</source>
        <translation>{host} 不提供 {served_model}。</translation>
    </message>
    <message>
        <source>{host} does not serve {wanted}.</source>
        <translation>{host} 不提供 {wanted}。</translation>
    </message>
    <message>
        <source>{host} does not stop: it sent far more than was asked for.</source>
        <translation>{host} 未停止：发送的数据远超请求的量。</translation>
    </message>
    <message>
        <source>{host} does not understand the request ({status}).</source>
        <translation>{host} 无法理解该请求（{status}）。</translation>
    </message>
    <message>
        <source>{host} ended the connection without an answer.</source>
        <translation>{host} 未作回答便断开了连接。</translation>
    </message>
    <message>
        <source>{host} failed ({status}).</source>
        <translation>{host} 出错（{status}）。</translation>
    </message>
    <message>
        <source>{host} has too much to do ({status}).</source>
        <translation>{host} 过于繁忙（{status}）。</translation>
    </message>
    <message>
        <source>{host} is silent.</source>
        <translation>{host} 没有回应。</translation>
    </message>
    <message>
        <source>{host} mixes up the calls of tools.</source>
        <translation>{host} 把工具调用弄混了。</translation>
    </message>
    <message>
        <source>{host} sends far more than was asked for.</source>
        <translation>{host} 发送的数据远超请求的量。</translation>
    </message>
    <message>
        <source>{host} sends its callers elsewhere, and chats are not sent on.</source>
        <translation>{host} 重定向到别处，而对话不会被转发。</translation>
    </message>
    <message>
        <source>{host} sends packed data, which was not asked for.</source>
        <translation>{host} 发送了未请求的压缩数据。</translation>
    </message>
    <message>
        <source>{host} wants a key.</source>
        <translation>{host} 需要密钥。</translation>
    </message>
    <message>
        <source>{hours} Wh</source>
        <translation>{hours} Wh</translation>
    </message>
    <message>
        <source>{joules} J</source>
        <translation>{joules} J</translation>
    </message>
    <message numerus="yes">
        <source>{kernels}, %n thread(s)</source>
        <translation>
            <numerusform>{kernels}，%Ln 个线程</numerusform>
        </translation>
    </message>
    <message>
        <source>{key} is a table.</source>
        <translation>{key} 是表。</translation>
    </message>
    <message>
        <source>{key}: expected {expected}, found {text!r}.</source>
        <translation>{key}：应为 {expected}，实际为 {text!r}。</translation>
    </message>
    <message>
        <source>{kind} is not a model that llmdesk can run: {reason}.</source>
        <translation>llmdesk 无法运行 {kind}：{reason}。</translation>
    </message>
    <message>
        <source>{kind} is not a model that writes text: transformers has no causal language model of that name.</source>
        <translation>{kind} 不是生成文本的模型：transformers 中没有该名称的因果语言模型。</translation>
    </message>
    <message>
        <source>{kind} needs a Python package that is not installed: {what}.</source>
        <translation>{kind} 需要未安装的 Python 包：{what}。</translation>
    </message>
    <message>
        <source>{kind} runs on transformers' own modules, which are slower</source>
        <translation>{kind} 使用 transformers 自带的模块运行，速度较慢</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} 至 {high}</translation>
    </message>
    <message>
        <source>{low}–{high} tok/s</source>
        <translation>{low}–{high} tok/s</translation>
    </message>
    <message>
        <source>{made_for} is program code of its publisher, which llmdesk never runs</source>
        <translation>{made_for} 是发布者的程序代码，llmdesk 从不运行</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分钟</translation>
    </message>
    <message>
        <source>{minutes} min ago</source>
        <translation>{minutes} 分钟前</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} 分 {seconds} 秒</translation>
    </message>
    <message>
        <source>{missing} is missing: {name} is a model in {count} files, of which {count2} are here.</source>
        <translation>缺少 {missing}：{name} 是由 {count} 个文件组成的模型，现有 {count2} 个。</translation>
    </message>
    <message>
        <source>{model} is this window's own server, which cannot answer while the race has the engine.</source>
        <translation>{model} 是本窗口自己的服务器，比赛占用引擎时它无法回答。</translation>
    </message>
    <message>
        <source>{model}, after so many tokens.</source>
        <translation>{model}，在这么多 token 之后。</translation>
    </message>
    <message>
        <source>{model}, fidelity</source>
        <translation>{model}，保真度</translation>
    </message>
    <message>
        <source>{model}, random weights</source>
        <translation>{model}，随机权重</translation>
    </message>
    <message>
        <source>{model}: {tokens} tokens</source>
        <translation>{model}：{tokens} 个 token</translation>
    </message>
    <message>
        <source>{ms} ms</source>
        <translation>{ms} 毫秒</translation>
    </message>
    <message>
        <source>{n:,} of {total:,} prompt tokens cached</source>
        <translation>提示词 token 缓存 {n:,} / {total:,}</translation>
    </message>
    <message>
        <source>{names} and {more} more</source>
        <translation>{names} 以及另外 {more} 个</translation>
    </message>
    <message>
        <source>{name} and its other parts have two tensors of one name.</source>
        <translation>{name} 与其他部分有同名张量。</translation>
    </message>
    <message>
        <source>{name} and its other parts have {count} tensors and should have {expected}.</source>
        <translation>{name} 与其他部分共有 {count} 个张量，应有 {expected} 个。</translation>
    </message>
    <message>
        <source>{name} as {precision} needs about {need:.1f} GB, but only {room:.1f} GB can be used.</source>
        <translation>{name}（{precision}）约需 {need:.1f} GB，但只有 {room:.1f} GB 可用。</translation>
    </message>
    <message>
        <source>{name} cannot be read</source>
        <translation>无法读取 {name}</translation>
    </message>
    <message>
        <source>{name} cannot be read: {error}.</source>
        <translation>无法读取 {name}：{error}。</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>无法读取 {name}：{reason}。</translation>
    </message>
    <message>
        <source>{name} cannot be sent.</source>
        <translation>{name} 无法发送。</translation>
    </message>
    <message>
        <source>{name} cannot be used</source>
        <translation>无法使用 {name}</translation>
    </message>
    <message>
        <source>{name} cannot be written: {reason}.</source>
        <translation>无法写入 {name}：{reason}。</translation>
    </message>
    <message>
        <source>{name} computes its vectors in a way that is not known here ({kind}).</source>
        <translation>{name} 计算向量的方式未知（{kind}）。</translation>
    </message>
    <message>
        <source>{name} computes, too</source>
        <translation>{name} 也在计算</translation>
    </message>
    <message>
        <source>{name} cuts texts in a way that is not read here (words or characters).</source>
        <translation>{name} 的切分方式（按词或字符）在此不受支持。</translation>
    </message>
    <message>
        <source>{name} did not arrive as the hub has it (its checksum differs), so it was removed.</source>
        <translation>{name} 与 Hub 上的文件不一致（校验和不同），已被删除。</translation>
    </message>
    <message>
        <source>{name} does not belong to the parts beside it: it says of itself that it is part {number} of {count}.</source>
        <translation>{name} 与旁边的各部分不属于同一模型：它标明自己是第 {number} 部分，共 {count} 部分。</translation>
    </message>
    <message>
        <source>{name} does not hold {filename}.</source>
        <translation>{name} 中没有 {filename}。</translation>
    </message>
    <message>
        <source>{name} does not say how the vectors of its tokens become one (or judges texts).</source>
        <translation>{name} 没有说明如何将其 token 的向量合为一个（或者它是用于评判文本的）。</translation>
    </message>
    <message>
        <source>{name} does not say of which architecture it is, as files of models for pictures do.</source>
        <translation>{name} 未说明其架构，图像模型的文件常常如此。</translation>
    </message>
    <message>
        <source>{name} ends in the middle of {name2}.</source>
        <translation>{name} 在 {name2} 中途结束。</translation>
    </message>
    <message>
        <source>{name} ends too early: it has {count:,} bytes and should have {start:,}.</source>
        <translation>{name} 不完整：现有 {count:,} 字节，应有 {start:,} 字节。</translation>
    </message>
    <message>
        <source>{name} ends too early: it has {size_bytes:,} bytes and should have {data_bytes:,}.</source>
        <translation>{name} 不完整：现有 {size_bytes:,} 字节，应有 {data_bytes:,} 字节。</translation>
    </message>
    <message>
        <source>{name} has a password.</source>
        <translation>{name} 有密码。</translation>
    </message>
    <message>
        <source>{name} has a tensor that llmdesk does not know: {tensor}.</source>
        <translation>{name} 中有 llmdesk 不认识的张量：{tensor}。</translation>
    </message>
    <message>
        <source>{name} has a vocabulary of the kind “{kind}”, which llmdesk cannot read yet.</source>
        <translation>{name} 的词表类型“{kind}”，llmdesk 尚无法读取。</translation>
    </message>
    <message>
        <source>{name} has its tokenizer only as {other}, which is not read.</source>
        <translation>{name} 的分词器只有 {other} 格式，无法读取。</translation>
    </message>
    <message>
        <source>{name} has its weights as pickle only ({pickles}), and reading such a file can run any code.</source>
        <translation>{name} 的权重只有 pickle 格式（{pickles}），读取此类文件可能执行任意代码。</translation>
    </message>
    <message>
        <source>{name} has keys of {head_dim} and values of {values} numbers.</source>
        <translation>{name} 的键有 {head_dim} 个数，值有 {values} 个数。</translation>
    </message>
    <message>
        <source>{name} has layers of different sizes ({key}).</source>
        <translation>{name} 的各层大小不同（{key}）。</translation>
    </message>
    <message>
        <source>{name} has more than {limit} files.</source>
        <translation>{name} 中的文件超过 {limit} 个。</translation>
    </message>
    <message>
        <source>{name} has no *.safetensors file.</source>
        <translation>{name} 没有 *.safetensors 文件。</translation>
    </message>
    <message>
        <source>{name} has no tokenizer (one of {what}).</source>
        <translation>{name} 没有分词器（{what} 之一）。</translation>
    </message>
    <message>
        <source>{name} has no {name2}.</source>
        <translation>{name} 没有 {name2}。</translation>
    </message>
    <message>
        <source>{name} has the shape {found}, by the configuration it should have {expected}.</source>
        <translation>{name} 的形状为 {found}，按配置应为 {expected}。</translation>
    </message>
    <message>
        <source>{name} has the shape {found}, config.json says {expected}.</source>
        <translation>{name} 的形状为 {found}，config.json 中为 {expected}。</translation>
    </message>
    <message>
        <source>{name} has the shape {found}, others have {expected}.</source>
        <translation>{name} 的形状为 {found}，其他的为 {expected}。</translation>
    </message>
    <message>
        <source>{name} has two tensors of one name.</source>
        <translation>{name} 有两个同名张量。</translation>
    </message>
    <message>
        <source>{name} holds a value that is no ternary weight.</source>
        <translation>{name} 中有不属于三值权重的值。</translation>
    </message>
    <message>
        <source>{name} holds no files of a model: its download did not finish.</source>
        <translation>{name} 中没有模型文件：下载未完成。</translation>
    </message>
    <message>
        <source>{name} holds no weights, only a vocabulary.</source>
        <translation>{name} 不含权重，只有词表。</translation>
    </message>
    <message>
        <source>{name} holds no words: “tokenizer.ggml.tokens” is missing.</source>
        <translation>{name} 中没有词：缺少“tokenizer.ggml.tokens”。</translation>
    </message>
    <message>
        <source>{name} holds numbers that are not finite, or far too large.</source>
        <translation>{name} 中有非有限或过大的数值。</translation>
    </message>
    <message>
        <source>{name} holds something that is no part of a backup: {part}.</source>
        <translation>{name} 含有不属于备份的内容：{part}。</translation>
    </message>
    <message>
        <source>{name} holds too many files.</source>
        <translation>{name} 包含的文件过多。</translation>
    </message>
    <message>
        <source>{name} holds weights of ggml's type {number}, which llmdesk cannot read.</source>
        <translation>{name} 包含 llmdesk 无法读取的 ggml 类型 {number} 的权重。</translation>
    </message>
    <message>
        <source>{name} holds your chats and settings, but not {names}.</source>
        <translation>{name} 包含您的对话和设置，但不包括 {names}。</translation>
    </message>
    <message>
        <source>{name} holds your chats and settings.</source>
        <translation>{name} 包含您的对话和设置。</translation>
    </message>
    <message>
        <source>{name} holds {dtype} where plain numbers belong.</source>
        <translation>{name} 中应为普通数字之处是 {dtype}。</translation>
    </message>
    <message>
        <source>{name} in {name2} is damaged</source>
        <translation>{name2} 中的 {name} 已损坏</translation>
    </message>
    <message>
        <source>{name} in {name2} is empty.</source>
        <translation>{name2} 中的 {name} 为空。</translation>
    </message>
    <message>
        <source>{name} is GGUF version {version}; llmdesk reads 2 and 3.</source>
        <translation>{name} 是 GGUF 版本 {version}；llmdesk 可读取版本 2 和 3。</translation>
    </message>
    <message>
        <source>{name} is Ollama's recipe for a model.</source>
        <translation>{name} 是 Ollama 的模型配方。</translation>
    </message>
    <message>
        <source>{name} is a LoRA adapter alone, not a model.</source>
        <translation>{name} 只是 LoRA 适配器，不是模型。</translation>
    </message>
    <message>
        <source>{name} is a download that did not finish.</source>
        <translation>{name} 是未完成的下载。</translation>
    </message>
    <message>
        <source>{name} is a link to a file that is not there.</source>
        <translation>{name} 是指向不存在文件的链接。</translation>
    </message>
    <message>
        <source>{name} is a mixture of experts of a kind that cannot be read out of GGUF files yet.</source>
        <translation>{name} 是混合专家模型，其类型尚无法从 GGUF 文件读取。</translation>
    </message>
    <message>
        <source>{name} is a model ({architecture}) that {what}.</source>
        <translation>{name} 是一个模型（{architecture}），{what}。</translation>
    </message>
    <message>
        <source>{name} is a model ({kind}) that {what}.</source>
        <translation>{name} 是一个模型（{kind}），{what}。</translation>
    </message>
    <message>
        <source>{name} is a model in TFLite's form.</source>
        <translation>{name} 是 TFLite 格式的模型。</translation>
    </message>
    <message>
        <source>{name} is a model with a LoRA adapter on top, which llmdesk cannot read.</source>
        <translation>{name} 是叠加了 LoRA 适配器的模型，llmdesk 无法读取。</translation>
    </message>
    <message>
        <source>{name} is a part of a model of Ollama's, but not its weights.</source>
        <translation>{name} 是 Ollama 模型的一部分，但不是其权重。</translation>
    </message>
    <message>
        <source>{name} is a piece of a file that was cut to be uploaded.</source>
        <translation>{name} 是为上传而拆分的文件的一部分。</translation>
    </message>
    <message>
        <source>{name} is a program (a llamafile, perhaps), and llmdesk starts none.</source>
        <translation>{name} 是程序（可能是 llamafile），llmdesk 不会启动程序。</translation>
    </message>
    <message>
        <source>{name} is a tokenizer of tiktoken's kind, which is not read.</source>
        <translation>{name} 是 tiktoken 类型的分词器，无法读取。</translation>
    </message>
    <message>
        <source>{name} is a web page, not a model.</source>
        <translation>{name} 是网页，不是模型。</translation>
    </message>
    <message>
        <source>{name} is an archive.</source>
        <translation>{name} 是压缩包。</translation>
    </message>
    <message>
        <source>{name} is being written. One file at a time.</source>
        <translation>正在写入 {name}。一次只能写一个文件。</translation>
    </message>
    <message>
        <source>{name} is big-endian: it was made for another kind of processor (s390x).</source>
        <translation>{name} 是大端格式：为另一种处理器（s390x）制作。</translation>
    </message>
    <message>
        <source>{name} is damaged or ends too early ({count:,} bytes).</source>
        <translation>{name} 已损坏或不完整（{count:,} 字节）。</translation>
    </message>
    <message>
        <source>{name} is damaged, or not what its name says.</source>
        <translation>{name} 已损坏，或与其名称不符。</translation>
    </message>
    <message>
        <source>{name} is damaged.</source>
        <translation>{name} 已损坏。</translation>
    </message>
    <message>
        <source>{name} is damaged: it should hold an object.</source>
        <translation>{name} 已损坏：其中应为一个对象。</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} 为空（0 字节）。</translation>
    </message>
    <message>
        <source>{name} is empty.</source>
        <translation>{name} 为空。</translation>
    </message>
    <message>
        <source>{name} is fetched and checked. Open it to install this version.</source>
        <translation>{name} 已下载并校验。打开它即可安装此版本。</translation>
    </message>
    <message>
        <source>{name} is in its publisher's own form (consolidated, params.json).</source>
        <translation>{name} 为发布者的自有格式（consolidated、params.json）。</translation>
    </message>
    <message>
        <source>{name} is in the form {kind}, which GGUF replaced in 2023.</source>
        <translation>{name} 为 {kind} 格式，已于 2023 年被 GGUF 取代。</translation>
    </message>
    <message>
        <source>{name} is larger than {limit} MB.</source>
        <translation>{name} 大于 {limit} MB。</translation>
    </message>
    <message>
        <source>{name} is locked with a password.</source>
        <translation>{name} 受密码保护。</translation>
    </message>
    <message>
        <source>{name} is no PNG, JPEG, WebP or GIF image.</source>
        <translation>{name} 不是 PNG、JPEG、WebP 或 GIF 图片。</translation>
    </message>
    <message>
        <source>{name} is no backup of llmdesk.</source>
        <translation>{name} 不是 llmdesk 的备份。</translation>
    </message>
    <message>
        <source>{name} is no file but {kind}.</source>
        <translation>{name} 不是文件，而是{kind}。</translation>
    </message>
    <message>
        <source>{name} is no file.</source>
        <translation>{name} 不是文件。</translation>
    </message>
    <message>
        <source>{name} is no race of llmdesk.</source>
        <translation>{name} 不是 llmdesk 的比赛。</translation>
    </message>
    <message>
        <source>{name} is no recording of llmdesk.</source>
        <translation>{name} 不是 llmdesk 的录制文件。</translation>
    </message>
    <message>
        <source>{name} is no text.</source>
        <translation>{name} 不是文本。</translation>
    </message>
    <message>
        <source>{name} is not JSON: {reason}.</source>
        <translation>{name} 不是 JSON：{reason}。</translation>
    </message>
    <message>
        <source>{name} is not a GGUF file.</source>
        <translation>{name} 不是 GGUF 文件。</translation>
    </message>
    <message>
        <source>{name} is not a model file.</source>
        <translation>{name} 不是模型文件。</translation>
    </message>
    <message>
        <source>{name} is not a model's configuration: {error}</source>
        <translation>{name} 不是模型配置：{error}</translation>
    </message>
    <message>
        <source>{name} is not a model.</source>
        <translation>{name} 不是模型。</translation>
    </message>
    <message>
        <source>{name} is not a safetensors file, or ends too early ({size_bytes:,} bytes).</source>
        <translation>{name} 不是 safetensors 文件或不完整（{size_bytes:,} 字节）。</translation>
    </message>
    <message>
        <source>{name} is not a safetensors file.</source>
        <translation>{name} 不是 safetensors 文件。</translation>
    </message>
    <message>
        <source>{name} is not in a form that the kernels read.</source>
        <translation>{name} 的格式不是内核能读取的格式。</translation>
    </message>
    <message>
        <source>{name} is not of the shape that the configuration says.</source>
        <translation>{name} 的形状与配置所述不符。</translation>
    </message>
    <message>
        <source>{name} is not one of SentencePiece's files, or ends too early.</source>
        <translation>{name} 不是 SentencePiece 文件，或不完整。</translation>
    </message>
    <message>
        <source>{name} is not stored as it says: {form}.</source>
        <translation>{name} 的存储形式与声明不符：{form}。</translation>
    </message>
    <message>
        <source>{name} is not the file but git's note of where it is (Git LFS).</source>
        <translation>{name} 不是文件本身，而是 git 的指针（Git LFS）。</translation>
    </message>
    <message>
        <source>{name} is not the file that llmdesk expects (its checksum differs), so it was removed.</source>
        <translation>{name} 不是 llmdesk 预期的文件（校验和不同），已被删除。</translation>
    </message>
    <message>
        <source>{name} is not the file that was published (SHA-256 {hexdigest}…).</source>
        <translation>{name} 不是发布的文件（SHA-256 {hexdigest}…）。</translation>
    </message>
    <message>
        <source>{name} is not the file that was published (its checksum differs).</source>
        <translation>{name} 不是所发布的文件（校验和不同）。</translation>
    </message>
    <message>
        <source>{name} is not there, or no file.</source>
        <translation>{name} 不存在，或不是文件。</translation>
    </message>
    <message>
        <source>{name} is not there.</source>
        <translation>{name} 不存在。</translation>
    </message>
    <message>
        <source>{name} is not {kind}: {reason}</source>
        <translation>{name} 不是 {kind}：{reason}</translation>
    </message>
    <message>
        <source>{name} is one of {count} files of a model, under another name.</source>
        <translation>{name} 是某模型 {count} 个文件之一，但名称已更改。</translation>
    </message>
    <message>
        <source>{name} is searched already.</source>
        <translation>{name} 已在搜索范围内。</translation>
    </message>
    <message>
        <source>{name} is stored as {entry}, which llmdesk cannot read.</source>
        <translation>{name} 以 {entry} 存储，llmdesk 无法读取。</translation>
    </message>
    <message>
        <source>{name} is the model's own file.</source>
        <translation>{name} 是该模型自己的文件。</translation>
    </message>
    <message>
        <source>{name} is there already. Replace it?</source>
        <translation>{name} 已存在。要替换吗？</translation>
    </message>
    <message>
        <source>{name} is too large for a file of presets.</source>
        <translation>{name} 作为预设文件过大。</translation>
    </message>
    <message>
        <source>{name} is too large for a race (more than {size} MB).</source>
        <translation>{name} 对于比赛来说太大（超过 {size} MB）。</translation>
    </message>
    <message>
        <source>{name} is too large for a recording (more than {size} MB).</source>
        <translation>{name} 作为录制文件过大（超过 {size} MB）。</translation>
    </message>
    <message>
        <source>{name} is too large for a tokenizer.</source>
        <translation>{name} 作为分词器过大。</translation>
    </message>
    <message>
        <source>{name} is too large when unpacked.</source>
        <translation>{name} 解压后过大。</translation>
    </message>
    <message>
        <source>{name} is too large: more than {mb} MB.</source>
        <translation>{name} 过大：超过 {mb} MB。</translation>
    </message>
    <message>
        <source>{name} is too large: {count} million pixels.</source>
        <translation>{name} 太大：{count} 百万像素。</translation>
    </message>
    <message>
        <source>{name} is used in this chat</source>
        <translation>{name} 正用于此对话</translation>
    </message>
    <message>
        <source>{name} is written ({size}).</source>
        <translation>{name} 已写入（{size}）。</translation>
    </message>
    <message>
        <source>{name} is {kind}.</source>
        <translation>{name} 是{kind}。</translation>
    </message>
    <message>
        <source>{name} keeps its parts in folders that are not looked into.</source>
        <translation>{name} 的部分文件位于不会被读取的文件夹中。</translation>
    </message>
    <message>
        <source>{name} lacks {count} of {count2} weight files: {missing}.</source>
        <translation>{name} 缺少 {count2} 个权重文件中的 {count} 个：{missing}。</translation>
    </message>
    <message>
        <source>{name} lies without config.json and tokenizer, so it is only the weights of a model.</source>
        <translation>{name} 旁没有 config.json 和分词器，因此只是模型的权重。</translation>
    </message>
    <message>
        <source>{name} makes a vector of several (or in a way that is not known here).</source>
        <translation>{name} 由多个向量合成一个向量（或采用未知的方式）。</translation>
    </message>
    <message>
        <source>{name} rotates {rotated} of {head_dim} dimensions of a head.</source>
        <translation>{name} 旋转一个注意力头 {head_dim} 维中的 {rotated} 维。</translation>
    </message>
    <message>
        <source>{name} takes too long to read.</source>
        <translation>读取 {name} 耗时过长。</translation>
    </message>
    <message>
        <source>{name} was changed by something else while it was in use.</source>
        <translation>{name} 在使用期间被其他程序修改。</translation>
    </message>
    <message>
        <source>{name} was changed while it was read.</source>
        <translation>{name} 在读取期间被修改。</translation>
    </message>
    <message>
        <source>{name} was not TOML; it is kept as {kept}.</source>
        <translation>{name} 不是 TOML；已保留为 {kept}。</translation>
    </message>
    <message>
        <source>{name} was recorded by a newer llmdesk.</source>
        <translation>{name} 由更新版本的 llmdesk 录制。</translation>
    </message>
    <message>
        <source>{name} was saved by a newer llmdesk.</source>
        <translation>{name} 由更新版本的 llmdesk 保存。</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of llmdesk ({by}).</source>
        <translation>{name} 由更新版本的 llmdesk 写入（{by}）。</translation>
    </message>
    <message>
        <source>{name} would grow beyond all measure: it is no backup of llmdesk's making.</source>
        <translation>{name} 解压后会异常庞大：它不是 llmdesk 生成的备份。</translation>
    </message>
    <message>
        <source>{name} {several}.</source>
        <translation>{name} {several}。</translation>
    </message>
    <message>
        <source>{name} {what}.</source>
        <translation>{name} {what}。</translation>
    </message>
    <message numerus="yes">
        <source>{name}, %n run(s) since {day}.</source>
        <translation>
            <numerusform>{name}，自 {day} 起 %Ln 次。</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {place}: {speed} tok/s</source>
        <translation>{name}，{place}：{speed} tok/s</translation>
    </message>
    <message>
        <source>{name}/{name2} is damaged: it should hold an object.</source>
        <translation>{name}/{name2} 已损坏：应包含一个对象。</translation>
    </message>
    <message>
        <source>{name}/{name2} is damaged: {in_words}.</source>
        <translation>{name}/{name2} 已损坏：{in_words}。</translation>
    </message>
    <message>
        <source>{name}: comparing its probabilities</source>
        <translation>{name}：比较概率</translation>
    </message>
    <message>
        <source>{name}: its heads do not share a vector evenly.</source>
        <translation>{name}：注意力头无法均分向量。</translation>
    </message>
    <message>
        <source>{name}: loading, {phase}</source>
        <translation>{name}：加载中，{phase}</translation>
    </message>
    <message>
        <source>{name}: warming up</source>
        <translation>{name}：预热</translation>
    </message>
    <message>
        <source>{name}: writing</source>
        <translation>{name}：生成中</translation>
    </message>
    <message>
        <source>{name}: {name2!r} has {dimensions} dimensions.</source>
        <translation>{name}：{name2!r} 有 {dimensions} 维。</translation>
    </message>
    <message>
        <source>{name}: {name2!r} is empty.</source>
        <translation>{name}：{name2!r} 为空。</translation>
    </message>
    <message>
        <source>{name}: {speeds} tok/s</source>
        <translation>{name}：{speeds} tok/s</translation>
    </message>
    <message>
        <source>{name}: {tensor} has rows of {count} numbers in blocks.</source>
        <translation>{name}：{tensor} 的每行有 {count} 个分块存储的数。</translation>
    </message>
    <message>
        <source>{name}: {value!r} in “tokenizer.ggml.merges” is no pair of words.</source>
        <translation>{name}：“tokenizer.ggml.merges”中的 {value!r} 不是词对。</translation>
    </message>
    <message>
        <source>{name}: “general.alignment” is {alignment!r}; a whole number is expected.</source>
        <translation>{name}：“general.alignment”为 {alignment!r}；应为整数。</translation>
    </message>
    <message>
        <source>{name}: “tokenizer.ggml.{key}” has fewer values than there are words.</source>
        <translation>{name}：“tokenizer.ggml.{key}”的值少于词的数量。</translation>
    </message>
    <message>
        <source>{name}: “{key}” has no value for each layer.</source>
        <translation>{name}：“{key}”没有为每一层给出值。</translation>
    </message>
    <message>
        <source>{near}`llmdesk config list` shows all.</source>
        <translation>{near}`llmdesk config list` 可列出全部。</translation>
    </message>
    <message>
        <source>{now} s of {all} s</source>
        <translation>{now} 秒 / {all} 秒</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} / {count}</translation>
    </message>
    <message>
        <source>{number} of {count} is shown</source>
        <translation>正在显示第 {number} 版，共 {count} 版</translation>
    </message>
    <message>
        <source>{one} or {other}</source>
        <translation>{one} 或 {other}</translation>
    </message>
    <message>
        <source>{one}, or {other}</source>
        <translation>{one} 或 {other}</translation>
    </message>
    <message>
        <source>{origin} asks for it</source>
        <translation>由 {origin} 指定</translation>
    </message>
    <message>
        <source>{origin} asks for the Intel GPU, which this stack can use</source>
        <translation>{origin} 指定使用 Intel GPU，此运行环境可以使用</translation>
    </message>
    <message>
        <source>{path} cannot be opened: {reason}.</source>
        <translation>无法打开 {path}：{reason}。</translation>
    </message>
    <message>
        <source>{path} cannot be read</source>
        <translation>无法读取 {path}</translation>
    </message>
    <message>
        <source>{path} could not be written: {reason}.</source>
        <translation>无法写入 {path}：{reason}。</translation>
    </message>
    <message>
        <source>{path} is a link to something that is not there.</source>
        <translation>{path} 是指向不存在内容的链接。</translation>
    </message>
    <message>
        <source>{path} is not one of Ollama's manifests.</source>
        <translation>{path} 不是 Ollama 的清单文件。</translation>
    </message>
    <message>
        <source>{path} is not there any more.</source>
        <translation>{path} 已不存在。</translation>
    </message>
    <message>
        <source>{path} may not be read by you: permission denied.</source>
        <translation>无法读取 {path}：权限不足。</translation>
    </message>
    <message>
        <source>{place} cannot be changed: {reason}.</source>
        <translation>{place} 无法更改：{reason}。</translation>
    </message>
    <message>
        <source>{place}: {wanted}</source>
        <translation>{place}：{wanted}</translation>
    </message>
    <message>
        <source>{precision}: about {low} to {high} tok/s here, estimated</source>
        <translation>{precision}：本机估计约 {low} 至 {high} tok/s</translation>
    </message>
    <message>
        <source>{precision}: measured {speed} tok/s here</source>
        <translation>{precision}：本机测得 {speed} tok/s</translation>
    </message>
    <message>
        <source>{precision}: measured {speed} tok/s here, with older kernels</source>
        <translation>{precision}：本机测得 {speed} tok/s（旧内核）</translation>
    </message>
    <message>
        <source>{precision}: measured {speed} tok/s here, with random weights</source>
        <translation>{precision}：本机测得 {speed} tok/s（随机权重）</translation>
    </message>
    <message>
        <source>{precision}: speed not measured</source>
        <translation>{precision}：未测量速度</translation>
    </message>
    <message>
        <source>{precision}: {engine}, {threads}.</source>
        <translation>{precision}：{engine}，{threads}。</translation>
    </message>
    <message>
        <source>{precision}: {meaning}</source>
        <translation>{precision}：{meaning}</translation>
    </message>
    <message>
        <source>{precision}: {meaning}, this model's default</source>
        <translation>{precision}：{meaning}，此模型的默认值</translation>
    </message>
    <message>
        <source>{preset}, temperature {temperature}</source>
        <translation>{preset}，温度 {temperature}</translation>
    </message>
    <message>
        <source>{preset}: {value}</source>
        <translation>{preset}：{value}</translation>
    </message>
    <message>
        <source>{processor}, {cores}, {memory} GB of memory. Models of up to {most} GB fit.</source>
        <translation>{processor}，{cores}，{memory} GB 内存。可容纳最大 {most} GB 的模型。</translation>
    </message>
    <message>
        <source>{reason}, and every token costs as much as the whole text before it, since they keep nothing of it</source>
        <translation>{reason}，且每个 token 的开销相当于之前的全部文本，因为它们不保留任何内容</translation>
    </message>
    <message>
        <source>{reason}; nobody has verified llmdesk's own kernels for {isa} on hardware yet</source>
        <translation>{reason}；llmdesk 自带的 {isa} 内核尚无人在真实硬件上验证</translation>
    </message>
    <message>
        <source>{repository} asks for consent to its licence first.</source>
        <translation>{repository} 要求先同意其许可证。</translation>
    </message>
    <message>
        <source>{repository} has no such revision.</source>
        <translation>{repository} 没有该修订版本。</translation>
    </message>
    <message>
        <source>{repository} has no {missing}.</source>
        <translation>{repository} 中没有 {missing}。</translation>
    </message>
    <message>
        <source>{run}, about {time}</source>
        <translation>{run}，约 {time}</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{seconds} s ago</source>
        <translation>{seconds} 秒前</translation>
    </message>
    <message>
        <source>{share} % equal first choices</source>
        <translation>{share} % 首选相同</translation>
    </message>
    <message>
        <source>{share} equal first choices with {reference}, KL {kl}.</source>
        <translation>与 {reference} 的首选相同率 {share}，KL {kl}。</translation>
    </message>
    <message>
        <source>{shipped} cannot be read: {error}.</source>
        <translation>无法读取 {shipped}：{error}。</translation>
    </message>
    <message>
        <source>{size} rotary factors are given, {size2} are needed.</source>
        <translation>给出了 {size} 个旋转因子，需要 {size2} 个。</translation>
    </message>
    <message>
        <source>{size} to fetch</source>
        <translation>需下载 {size}</translation>
    </message>
    <message>
        <source>{speed} GB/s</source>
        <translation>{speed} GB/s</translation>
    </message>
    <message>
        <source>{speed} tok/s</source>
        <translation>{speed} tok/s</translation>
    </message>
    <message>
        <source>{stored} has the shape {shape}, config.json says otherwise.</source>
        <translation>{stored} 的形状为 {shape}，与 config.json 不符。</translation>
    </message>
    <message>
        <source>{text} is missing</source>
        <translation>缺少 {text}</translation>
    </message>
    <message>
        <source>{title} answers now.</source>
        <translation>现在由 {title} 回答。</translation>
    </message>
    <message>
        <source>{title} as {precision} needs about {need:.1f} GB{context}, but only {room:.1f} GB can be used.</source>
        <translation>{title}（{precision}）约需 {need:.1f} GB{context}，但只有 {room:.1f} GB 可用。</translation>
    </message>
    <message>
        <source>{title} cannot be deleted: {reason}.</source>
        <translation>无法删除 {title}：{reason}。</translation>
    </message>
    <message>
        <source>{title} cannot be read: the file ends too early.</source>
        <translation>无法读取 {title}：文件不完整。</translation>
    </message>
    <message>
        <source>{title} cannot be used: {user_message}</source>
        <translation>{title} 无法使用：{user_message}</translation>
    </message>
    <message>
        <source>{title} does not see images; it is told their names only.</source>
        <translation>{title} 看不到图片，只会得知图片的名称。</translation>
    </message>
    <message>
        <source>{title} is being fetched by another llmdesk already.</source>
        <translation>另一个 llmdesk 正在下载 {title}。</translation>
    </message>
    <message>
        <source>{title} is in the list now.</source>
        <translation>{title} 已加入列表。</translation>
    </message>
    <message>
        <source>{title} is in the list now. It makes vectors out of texts for programs, and does not chat.</source>
        <translation>{title} 已加入列表。它为程序将文本转换为向量，不能对话。</translation>
    </message>
    <message>
        <source>{title} is no longer at {location}.</source>
        <translation>{title} 已不在 {location}。</translation>
    </message>
    <message>
        <source>{title} is not at {location} any more.</source>
        <translation>{title} 已不在 {location}。</translation>
    </message>
    <message>
        <source>{title} is not from the hub.</source>
        <translation>{title} 不是来自 Hub。</translation>
    </message>
    <message>
        <source>{title} is not on this machine yet.</source>
        <translation>{title} 尚未下载到本机。</translation>
    </message>
    <message>
        <source>{title} is not on this machine.</source>
        <translation>{title} 不在本机上。</translation>
    </message>
    <message>
        <source>{title} is off the list, and its files were deleted.</source>
        <translation>{title} 已从列表中移除，其文件已删除。</translation>
    </message>
    <message>
        <source>{title} is off the list.</source>
        <translation>{title} 已从列表中移除。</translation>
    </message>
    <message>
        <source>{title} is off the list; its files stay at {location}.</source>
        <translation>{title} 已从列表中移除；其文件保留在 {location}。</translation>
    </message>
    <message>
        <source>{title} is on a server; its files are not here.</source>
        <translation>{title} 在服务器上，本机没有它的文件。</translation>
    </message>
    <message>
        <source>{title} is on this machine now.</source>
        <translation>{title} 已下载到本机。</translation>
    </message>
    <message>
        <source>{title} is part of the installation ({path}).</source>
        <translation>{title} 是安装的一部分（{path}）。</translation>
    </message>
    <message>
        <source>{title} makes vectors out of texts (embeddings) and does not chat.</source>
        <translation>{title} 将文本转换为向量（嵌入），不能对话。</translation>
    </message>
    <message>
        <source>{title} makes vectors; only models that write can be exported.</source>
        <translation>{title} 用于生成向量；只有能写文本的模型才能导出。</translation>
    </message>
    <message>
        <source>{title} on {host}</source>
        <translation>{host} 上的 {title}</translation>
    </message>
    <message>
        <source>{title} runs on a server, which is sent chats only.</source>
        <translation>{title} 在服务器上运行，只向其发送对话。</translation>
    </message>
    <message>
        <source>{title} runs on {host}.</source>
        <translation>{title} 在 {host} 上运行。</translation>
    </message>
    <message>
        <source>{title} stays as it is: its entry in models.toml is for one version.</source>
        <translation>{title} 保持不变：它在 models.toml 中的条目只对应一个版本。</translation>
    </message>
    <message>
        <source>{title} took {size} GB after loading, up to {most} GB are expected when the context is full.</source>
        <translation>{title} 加载后占用 {size} GB，上下文满时预计最多 {most} GB。</translation>
    </message>
    <message>
        <source>{title} took {size} GB after loading.</source>
        <translation>{title} 加载后占用 {size} GB。</translation>
    </message>
    <message>
        <source>{title} was made for chat and gives no vectors here.</source>
        <translation>{title} 是对话模型，在此不提供向量。</translation>
    </message>
    <message>
        <source>{title} was not fetched: {reason}</source>
        <translation>{title} 未下载：{reason}</translation>
    </message>
    <message>
        <source>{title} was unloaded {why}; the next message loads it again.</source>
        <translation>{title} 已卸载{why}；发送下一条消息时会重新加载。</translation>
    </message>
    <message>
        <source>{title} was unloaded; the next message loads it again.</source>
        <translation>{title} 已卸载；发送下一条消息时会重新加载。</translation>
    </message>
    <message>
        <source>{title}, not fetched: random weights</source>
        <translation>{title}，未下载：随机权重</translation>
    </message>
    <message numerus="yes">
        <source>{tokens} tokens in %n answer(s), {time} of work, from the figures that the kept chats hold. The chart shows the last {days} days. Nothing is sent anywhere.</source>
        <translation>
            <numerusform>%Ln 个回答共 {tokens} 个 token，用时 {time}，取自已保存对话中的数据。图表显示最近 {days} 天。不会发送任何内容。</numerusform>
        </translation>
    </message>
    <message>
        <source>{tokens}, at the finish after {seconds} s</source>
        <translation>{tokens}，{seconds} 秒后到达终点</translation>
    </message>
    <message>
        <source>{top} tok/s</source>
        <translation>{top} tok/s</translation>
    </message>
    <message>
        <source>{top} tokens</source>
        <translation>{top} 个 token</translation>
    </message>
    <message>
        <source>{used} of {available} tokens</source>
        <translation>{used} / {available} 个 token</translation>
    </message>
    <message>
        <source>{user} cannot be read: {error}.</source>
        <translation>无法读取 {user}：{error}。</translation>
    </message>
    <message>
        <source>{watts} W</source>
        <translation>{watts} W</translation>
    </message>
    <message>
        <source>{what} is a preset.</source>
        <translation>{what} 是预设。</translation>
    </message>
    <message>
        <source>{what}: {reason}.</source>
        <translation>{what}：{reason}。</translation>
    </message>
    <message>
        <source>{what}: {words}.</source>
        <translation>{what}：{words}。</translation>
    </message>
    <message>
        <source>{winner} writes {factor} times as fast as {slowest}.</source>
        <translation>{winner} 的速度是 {slowest} 的 {factor} 倍。</translation>
    </message>
    <message>
        <source>{words} {done}</source>
        <translation>{words} {done}</translation>
    </message>
    <message>
        <source>{words} {done} of {total}</source>
        <translation>{words} {done} / {total}</translation>
    </message>
    <message>
        <source>{{language}} is asked for when it is used; {{clipboard}} and {{date}} are known.</source>
        <translation>使用时会询问 {{language}}；{{clipboard}} 和 {{date}} 会自动填入。</translation>
    </message>
    <message>
        <source>“added_tokens_decoder” is no list of tokens by number</source>
        <translation>“added_tokens_decoder”不是按编号排列的 token 列表</translation>
    </message>
    <message>
        <source>“eos_token_id” is {shown}; a whole number is expected</source>
        <translation>“eos_token_id”为 {shown}；应为整数</translation>
    </message>
    <message>
        <source>“head_dim” is {head_dim}; an even number is expected</source>
        <translation>“head_dim”为 {head_dim}；应为偶数</translation>
    </message>
    <message>
        <source>“model_type” is {shown}; a name is expected</source>
        <translation>“model_type”为 {shown}；应为名称</translation>
    </message>
    <message>
        <source>“modules_to_not_convert” is no list of names</source>
        <translation>“modules_to_not_convert”不是名称列表</translation>
    </message>
    <message>
        <source>“num_key_value_heads” is {kv_heads}; a divisor of the {heads} attention heads is expected</source>
        <translation>“num_key_value_heads”为 {kv_heads}；应为 {heads} 个注意力头的约数</translation>
    </message>
    <message>
        <source>“rope_type” is {shown}, which is not known</source>
        <translation>“rope_type”为 {shown}，未知</translation>
    </message>
    <message>
        <source>“{id}” is already taken above</source>
        <translation>“{id}”已在上方使用</translation>
    </message>
    <message>
        <source>“{key}” gives angles that are no numbers</source>
        <translation>“{key}”得出的角度不是数字</translation>
    </message>
    <message>
        <source>“{key}” holds {shown}; {expected} is expected</source>
        <translation>“{key}”包含 {shown}；应为 {expected}</translation>
    </message>
    <message>
        <source>“{key}” is {found}; a multiple of {heads} is expected</source>
        <translation>“{key}”为 {found}；应为 {heads} 的倍数</translation>
    </message>
    <message>
        <source>“{key}” is {kv_heads}; a divisor of the {heads} attention heads is expected</source>
        <translation>“{key}”是 {kv_heads}；应为 {heads} 个注意力头的约数</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a list of layers is expected</source>
        <translation>“{key}”为 {shown}；应为层的列表</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a number from {least:g} to {most:g} is expected</source>
        <translation>“{key}”为 {shown}；应为 {least:g} 到 {most:g} 的数字</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a table is expected</source>
        <translation>“{key}”为 {shown}；应为表</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a value for each of {count} layers is expected</source>
        <translation>“{key}”为 {shown}；应为 {count} 层各有一个值</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a whole number from {least:,} to {most:,} is expected</source>
        <translation>“{key}”为 {shown}；应为 {least:,} 到 {most:,} 的整数</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; an object is expected</source>
        <translation>“{key}”为 {shown}；应为对象</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; the same for all layers without a window is expected</source>
        <translation>“{key}”是 {shown}；所有不带窗口的层应相同</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; three numbers are expected</source>
        <translation>“{key}” 为 {shown}；应为三个数字</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; {expected} is expected</source>
        <translation>“{key}”是 {shown}；应为 {expected}</translation>
    </message>
    <message>
        <source>“{key}” rotates different numbers of dimensions in different layers</source>
        <translation>“{key}”在不同的层中旋转的维数不同</translation>
    </message>
    <message>
        <source>“{kind}” cannot be computed with these files</source>
        <translation>无法用这些文件计算“{kind}”</translation>
    </message>
    <message>
        <source>“{kind}” is not known to the installed transformers</source>
        <translation>已安装的 transformers 不认识“{kind}”</translation>
    </message>
    <message>
        <source>“{kind}” reads a text as a whole and does not go on with one.</source>
        <translation>“{kind}”整体读取文本，不会续写。</translation>
    </message>
    <message>
        <source>“{kind}” uses its matrices in ways that llmdesk does not know.</source>
        <translation>“{kind}”使用矩阵的方式 llmdesk 不了解。</translation>
    </message>
    <message>
        <source>“{model_type}” cannot be computed with these files</source>
        <translation>无法用这些文件计算“{model_type}”</translation>
    </message>
    <message>
        <source>“{name}” cannot be the name of a key.</source>
        <translation>“{name}”不能用作密钥名称。</translation>
    </message>
    <message>
        <source>“{name}”: {reason}</source>
        <translation>“{name}”：{reason}</translation>
    </message>
    <message>
        <source>“{prompt}” Each lane ran alone; here all are played on one clock.</source>
        <translation>“{prompt}” 各赛道单独运行；此处按同一时钟播放。</translation>
    </message>
    <message>
        <source>“{repository}” is no name of a repository.</source>
        <translation>“{repository}”不是仓库名称。</translation>
    </message>
    <message>
        <source>“{table}” must be written as [[{table}]] tables</source>
        <translation>“{table}”必须写为 [[{table}]] 表</translation>
    </message>
    <message>
        <source>“{title}” is kept until the window is closed.</source>
        <translation>“{title}”将保留到窗口关闭。</translation>
    </message>
    <message>
        <source>“{title}” is kept.</source>
        <translation>“{title}”已保留。</translation>
    </message>
    <message>
        <source>● Recording – llmdesk</source>
        <translation>● 正在录制 – llmdesk</translation>
    </message>
    <message>
        <source>%n token(s), at the finish after {seconds} s</source>
        <translation type="vanished">%Ln 个 token，{seconds} 秒到达终点</translation>
    </message>
    <message>
        <source>Accept the licence on https://huggingface.co/{repository}, then give llmdesk a token of yours with `llmdesk models login` (or log in with `hf auth login`, or set HF_TOKEN) and fetch it again.</source>
        <translation type="vanished">请在 https://huggingface.co/{repository} 接受许可协议，然后用 `llmdesk models login` 把你的令牌交给 llmdesk（或用 `hf auth login` 登录，或设置 HF_TOKEN），再重新获取。</translation>
    </message>
    <message>
        <source>Accept the licence on https://huggingface.co/{repository}, then log in with `hf auth login` (or set HF_TOKEN to a token of yours) and fetch it again.</source>
        <translation type="vanished">请在 https://huggingface.co/{repository} 接受许可证，然后用 `hf auth login` 登录（或将 HF_TOKEN 设为自己的令牌）并重新下载。</translation>
    </message>
    <message>
        <source>Another model was ready from here on.</source>
        <translation type="vanished">从此处起另一个模型已就绪。</translation>
    </message>
    <message>
        <source>Check the name; for a private repository log in with `hf auth login`, or set HF_TOKEN.</source>
        <translation type="vanished">请检查名称；私有仓库请用 `hf auth login` 登录，或设置 HF_TOKEN。</translation>
    </message>
    <message>
        <source>Choose the precision bf16.</source>
        <translation type="vanished">请选择精度 bf16。</translation>
    </message>
    <message>
        <source>Close its window and its server, then restore.</source>
        <translation type="vanished">关闭其窗口和服务器，然后再恢复。</translation>
    </message>
    <message>
        <source>Counting is switched off in the settings (usage.show).</source>
        <translation type="vanished">统计已在设置中关闭 (usage.show)。</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation type="vanished">Ctrl+Enter</translation>
    </message>
    <message>
        <source>Each lane ran alone, in this order: {order}; loaded and warmed up, the prompt not known before; {how}, %n token(s) at most.</source>
        <translation type="vanished">每条赛道单独运行，顺序为：{order}；已加载并预热，提示词事先未知；{how}，最多 %Ln 个 token。</translation>
    </message>
    <message>
        <source>Enter it with `llmdesk models add {location} --key`.</source>
        <translation type="vanished">请用 `llmdesk models add {location} --key` 输入。</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation type="vanished">Esc</translation>
    </message>
    <message>
        <source>Export the chat as a web page and print that.</source>
        <translation type="vanished">请将对话导出为网页后打印。</translation>
    </message>
    <message>
        <source>IPEX runs here; int4 and int8 models run on {products}</source>
        <translation type="vanished">IPEX 可在此运行；int4 和 int8 模型使用 {products}</translation>
    </message>
    <message>
        <source>IPEX's products</source>
        <translation type="vanished">IPEX 的运算</translation>
    </message>
    <message>
        <source>It has more tokens than this model can take. Attach a part of it, or choose another model.</source>
        <translation type="vanished">其词元数超过此模型的容量。请附加其中一部分，或选择其他模型。</translation>
    </message>
    <message>
        <source>Kernels: llmdesk's own for {isa}, since the weights are {precision}</source>
        <translation type="vanished">内核：llmdesk 自带的 {isa} 内核，因为权重为 {precision}</translation>
    </message>
    <message>
        <source>Log in anew with `hf auth login`, or give HF_TOKEN a token that may read this repository.</source>
        <translation type="vanished">请用 `hf auth login` 重新登录，或将 HF_TOKEN 设为有权读取此仓库的令牌。</translation>
    </message>
    <message>
        <source>No model of this name.</source>
        <translation type="vanished">没有该名称的模型。</translation>
    </message>
    <message>
        <source>Nothing is counted: it is switched off.</source>
        <translation type="vanished">未统计：此功能已关闭。</translation>
    </message>
    <message>
        <source>Nothing was measured on this machine yet.</source>
        <translation type="vanished">这台机器上还没有测过。</translation>
    </message>
    <message>
        <source>Of memory's speed</source>
        <translation type="vanished">占内存速度</translation>
    </message>
    <message>
        <source>Or set HF_TOKEN, or log in with `hf auth login`.</source>
        <translation type="vanished">或设置 HF_TOKEN，或用 `hf auth login` 登录。</translation>
    </message>
    <message>
        <source>Recorded {when}: {models}. {processor}, {cores} cores, {memory} GB, {program}.</source>
        <translation type="vanished">录制于 {when}：{models}。{processor}，{cores} 核，{memory} GB，{program}。</translation>
    </message>
    <message>
        <source>The engine is busy.</source>
        <translation type="vanished">引擎正忙。</translation>
    </message>
    <message>
        <source>The models here cannot see images. It is kept with the chat; the model is told its name only.</source>
        <translation type="vanished">这里的模型看不到图片。图片随对话保存，模型只知道其名称。</translation>
    </message>
    <message>
        <source>The page about usage counts what the kept chats hold; off: nothing is counted.</source>
        <translation type="vanished">使用情况页面统计已保存对话中的内容；关闭后不统计。</translation>
    </message>
    <message>
        <source>Too long: {count:,} tokens</source>
        <translation type="vanished">太长：{count:,} 个词元</translation>
    </message>
    <message>
        <source>Tools are for models that run here; {title} runs on a server.</source>
        <translation type="vanished">工具仅适用于在本机运行的模型；{title} 在服务器上运行。</translation>
    </message>
    <message>
        <source>What came is kept. Ask again.</source>
        <translation type="vanished">已收到的内容会保留。请重新提问。</translation>
    </message>
    <message>
        <source>What came is kept. Check the network and the server, then ask again.</source>
        <translation type="vanished">已收到的内容会保留。请检查网络和服务器后重新提问。</translation>
    </message>
    <message>
        <source>a time is none</source>
        <translation type="vanished">时间无效</translation>
    </message>
    <message>
        <source>aten's products, since the processor lacks {names}</source>
        <translation type="vanished">aten 的运算，因为处理器缺少 {names}</translation>
    </message>
    <message>
        <source>it has layers that keep a state, or shared experts, so it runs on transformers' own modules</source>
        <translation type="vanished">它有保存状态的层或共享专家，因此在 transformers 自己的模块上运行</translation>
    </message>
    <message>
        <source>its weights are not in 4 or 8 bits</source>
        <translation type="vanished">其权重不是 4 位或 8 位</translation>
    </message>
    <message>
        <source>llmdesk's own kernels for {isa}, which nobody has verified on hardware yet</source>
        <translation type="vanished">llmdesk 自带的 {isa} 内核，尚无人在真实硬件上验证</translation>
    </message>
    <message>
        <source>llmdesk's own kernels need Linux on x86-64 with AVX2</source>
        <translation type="vanished">llmdesk 自带的内核需要支持 AVX2 的 x86-64 Linux</translation>
    </message>
    <message>
        <source>logprobs, logit_bias and enforced JSON are for models that run here.</source>
        <translation type="vanished">logprobs、logit_bias 和强制 JSON 仅适用于在本机运行的模型。</translation>
    </message>
    <message>
        <source>model changed</source>
        <translation type="vanished">模型已更换</translation>
    </message>
    <message>
        <source>on a server</source>
        <translation type="vanished">在服务器上</translation>
    </message>
    <message>
        <source>revoked: it opens nothing any more</source>
        <translation type="vanished">已吊销：不再有效</translation>
    </message>
    <message>
        <source>the name of a .gguf file inside the repository or package</source>
        <translation type="vanished">仓库或包内 .gguf 文件的名称</translation>
    </message>
    <message>
        <source>{count:,} of {all:,} tokens</source>
        <translation type="vanished">{count:,} / {all:,} 个 token</translation>
    </message>
    <message>
        <source>{model} on {host}</source>
        <translation type="vanished">{host} 上的 {model}</translation>
    </message>
    <message>
        <source>{name} is a mixture of experts, which llmdesk cannot read out of GGUF files yet.</source>
        <translation type="vanished">{name} 是混合专家模型，llmdesk 尚无法从 GGUF 文件读取。</translation>
    </message>
    <message>
        <source>{name} is not in 4 or 8 bits.</source>
        <translation type="vanished">{name} 不是 4 位或 8 位。</translation>
    </message>
    <message>
        <source>{name} is not of the shape that config.json says.</source>
        <translation type="vanished">{name} 的形状与 config.json 不符。</translation>
    </message>
    <message>
        <source>{name}, {what}: expected {expected}.</source>
        <translation type="vanished">{name}，{what}：应为 {expected}。</translation>
    </message>
    <message>
        <source>{speed} tok/s in the last run</source>
        <translation type="vanished">最近一次 {speed} tok/s</translation>
    </message>
    <message>
        <source>{tokens} tokens in {answers} answers, from the figures that the kept chats hold. Nothing is sent anywhere.</source>
        <translation type="vanished">{answers} 个回答共 {tokens} 个 token，来自已保存对话中的数据。不会发送到任何地方。</translation>
    </message>
    <message>
        <source>“{prompt}” Each lane ran alone, one after the other, and is played here on one clock.</source>
        <translation type="vanished">“{prompt}” 各赛道依次单独运行，在此以同一时钟回放。</translation>
    </message>
</context>
</TS>
