<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>llmdesk</name>
    <message numerus="yes">
        <source>%n answer(s), {size}</source>
        <translation>
            <numerusform>%Ln answer, {size}</numerusform>
            <numerusform>%Ln answers, {size}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s)</source>
        <translation>
            <numerusform>%Ln chat</numerusform>
            <numerusform>%Ln chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) could not be read: {reason}</source>
        <translation>
            <numerusform>%Ln chat could not be read: {reason}</numerusform>
            <numerusform>%Ln chats could not be read: {reason}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>%Ln chat imported.</numerusform>
            <numerusform>%Ln chats imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%Ln core</numerusform>
            <numerusform>%Ln cores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be imported.</source>
        <translation>
            <numerusform>%Ln could not be imported.</numerusform>
            <numerusform>%Ln could not be imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) are attached, which is the most.</source>
        <translation>
            <numerusform>%Ln file are attached, which is the most.</numerusform>
            <numerusform>%Ln files are attached, which is the most.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be read</source>
        <translation>
            <numerusform>%Ln file could not be read</numerusform>
            <numerusform>%Ln files could not be read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>%Ln message deleted.</numerusform>
            <numerusform>%Ln messages deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%Ln model</numerusform>
            <numerusform>%Ln models</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) in memory</source>
        <translation>
            <numerusform>%Ln model in memory</numerusform>
            <numerusform>%Ln models in memory</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more do(es) not fit this machine.</source>
        <translation>
            <numerusform>%Ln more do(es) not fit this machine.</numerusform>
            <numerusform>%Ln more do(es) not fit this machine.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more mistake(s) in the file.</source>
        <translation>
            <numerusform>%Ln more mistake in the file.</numerusform>
            <numerusform>%Ln more mistakes in the file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more: type a part of its name above.</source>
        <translation>
            <numerusform>%Ln more: type a part of its name above.</numerusform>
            <numerusform>%Ln more: type a part of its name above.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them empty.</source>
        <translation>
            <numerusform>%Ln of them empty.</numerusform>
            <numerusform>%Ln of them empty.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them here already, left as before.</source>
        <translation>
            <numerusform>%Ln of them here already, left as before.</numerusform>
            <numerusform>%Ln of them here already, left as before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s)</source>
        <translation>
            <numerusform>%Ln passage</numerusform>
            <numerusform>%Ln passages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n piece(s)</source>
        <translation>
            <numerusform>%Ln piece</numerusform>
            <numerusform>%Ln pieces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s) taken in.</source>
        <translation>
            <numerusform>%Ln prompt taken in.</numerusform>
            <numerusform>%Ln prompts taken in.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n repetition(s), after a warm-up</source>
        <translation>
            <numerusform>%Ln repetition, after a warm-up</numerusform>
            <numerusform>%Ln repetitions, after a warm-up</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%Ln thread</numerusform>
            <numerusform>%Ln threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) at most</source>
        <translation>
            <numerusform>%Ln token at most</numerusform>
            <numerusform>%Ln tokens at most</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) so far</source>
        <translation>
            <numerusform>%Ln token so far</numerusform>
            <numerusform>%Ln tokens so far</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>And %Ln more.</numerusform>
            <numerusform>And %Ln more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Calibrated by %n measurement(s) on this machine.</source>
        <translation>
            <numerusform>Calibrated by %Ln measurement on this machine.</numerusform>
            <numerusform>Calibrated by %Ln measurements on this machine.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chat(s)</source>
        <translation>
            <numerusform>Delete %Ln chat</numerusform>
            <numerusform>Delete %Ln chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete this turn and %n message(s) after it</source>
        <translation>
            <numerusform>Delete this turn and %Ln message after it</numerusform>
            <numerusform>Delete this turn and %Ln messages after it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete this version and %n message(s) after it</source>
        <translation>
            <numerusform>Delete this version and %Ln message after it</numerusform>
            <numerusform>Delete this version and %Ln messages after it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deleted: %n chat(s).</source>
        <translation>
            <numerusform>Deleted: %Ln chat.</numerusform>
            <numerusform>Deleted: %Ln chats.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Each lane ran alone, in this order: {order}; loaded and warmed up, what runs here did not know the prompt before; {how}, %n token(s) at most.</source>
        <translation>
            <numerusform>Each lane ran alone, in this order: {order}; loaded and warmed up, what runs here did not know the prompt before; {how}, %Ln token at most.</numerusform>
            <numerusform>Each lane ran alone, in this order: {order}; loaded and warmed up, what runs here did not know the prompt before; {how}, %Ln tokens at most.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %n chat(s)</source>
        <translation>
            <numerusform>Export %Ln chat</numerusform>
            <numerusform>Export %Ln chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n chat(s) to {name}.</source>
        <translation>
            <numerusform>Exported %Ln chat to {name}.</numerusform>
            <numerusform>Exported %Ln chats to {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exporting %n chat(s)…</source>
        <translation>
            <numerusform>Exporting %Ln chat…</numerusform>
            <numerusform>Exporting %Ln chats…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import the chats in %n file(s)?</source>
        <translation>
            <numerusform>Import the chats in %Ln file?</numerusform>
            <numerusform>Import the chats in %Ln files?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the archive: %n chat(s).</source>
        <translation>
            <numerusform>In the archive: %Ln chat.</numerusform>
            <numerusform>In the archive: %Ln chats.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the list again: %n chat(s).</source>
        <translation>
            <numerusform>In the list again: %Ln chat.</numerusform>
            <numerusform>In the list again: %Ln chats.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It knew {known:,} of the prompt's %n token(s) before.</source>
        <translation>
            <numerusform>It knew {known:,} of the prompt's %Ln token before.</numerusform>
            <numerusform>It knew {known:,} of the prompt's %Ln tokens before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Recorded {when}: {models}. {processor}, %n core(s), {memory}, {program}.</source>
        <translation>
            <numerusform>Recorded {when}: {models}. {processor}, %Ln core, {memory}, {program}.</numerusform>
            <numerusform>Recorded {when}: {models}. {processor}, %Ln cores, {memory}, {program}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Run %n test(s)</source>
        <translation>
            <numerusform>Run %Ln test</numerusform>
            <numerusform>Run %Ln tests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Searched: %n passage(s)</source>
        <translation>
            <numerusform>Searched: %Ln passage</numerusform>
            <numerusform>Searched: %Ln passages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Searching %n passage(s)</source>
        <translation>
            <numerusform>Searching %Ln passage</numerusform>
            <numerusform>Searching %Ln passages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context is nearly full: the oldest turns will be left out of the next question (%n message(s)).</source>
        <translation>
            <numerusform>The context is nearly full: the oldest turns will be left out of the next question (%Ln message).</numerusform>
            <numerusform>The context is nearly full: the oldest turns will be left out of the next question (%Ln messages).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Thinking: {time}, {count} token(s)</source>
        <translation>
            <numerusform>Thinking: {time}, {count} token</numerusform>
            <numerusform>Thinking: {time}, {count} tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Thought for {time}, {count} token(s)</source>
        <translation>
            <numerusform>Thought for {time}, {count} token</numerusform>
            <numerusform>Thought for {time}, {count} tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Thought for {time}, {count} token(s), not to its end</source>
        <translation>
            <numerusform>Thought for {time}, {count} token, not to its end</numerusform>
            <numerusform>Thought for {time}, {count} tokens, not to its end</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n token(s)</source>
        <translation>
            <numerusform>about %Ln token</numerusform>
            <numerusform>about %Ln tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>done: %n token(s), first token after {time}</source>
        <translation>
            <numerusform>done: %Ln token, first token after {time}</numerusform>
            <numerusform>done: %Ln tokens, first token after {time}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in {count} token(s)</source>
        <translation>
            <numerusform>in {count} token</numerusform>
            <numerusform>in {count} tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>llmdesk uses about {used} of %n core(s).</source>
        <translation>
            <numerusform>llmdesk uses about {used} of %Ln core.</numerusform>
            <numerusform>llmdesk uses about {used} of %Ln cores.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>llmdesk uses about {used} of %n processor thread(s).</source>
        <translation>
            <numerusform>llmdesk uses about {used} of %Ln processor thread.</numerusform>
            <numerusform>llmdesk uses about {used} of %Ln processor threads.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>message(s)</source>
        <translation>
            <numerusform>message</numerusform>
            <numerusform>messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>part(s)</source>
        <translation>
            <numerusform>part</numerusform>
            <numerusform>parts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>token(s)</source>
        <translation>
            <numerusform>token</numerusform>
            <numerusform>tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{host} answers and serves %n model(s).</source>
        <translation>
            <numerusform>{host} answers and serves %Ln model.</numerusform>
            <numerusform>{host} answers and serves %Ln models.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{kernels}, %n thread(s)</source>
        <translation>
            <numerusform>{kernels}, %Ln thread</numerusform>
            <numerusform>{kernels}, %Ln threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{name}, %n run(s) since {day}.</source>
        <translation>
            <numerusform>{name}, %Ln run since {day}.</numerusform>
            <numerusform>{name}, %Ln runs since {day}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{tokens} tokens in %n answer(s), {time} of work, from the figures that the kept chats hold. The chart shows the last {days} days. Nothing is sent anywhere.</source>
        <translation>
            <numerusform>{tokens} tokens in %Ln answer, {time} of work, from the figures that the kept chats hold. The chart shows the last {days} days. Nothing is sent anywhere.</numerusform>
            <numerusform>{tokens} tokens in %Ln answers, {time} of work, from the figures that the kept chats hold. The chart shows the last {days} days. Nothing is sent anywhere.</numerusform>
        </translation>
    </message>
</context>
</TS>
