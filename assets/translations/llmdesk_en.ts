<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>llmdesk</name>
    <message numerus="yes">
        <source>%n answer(s), {size}</source>
        <translation>
            <numerusform>%n answer, {size}</numerusform>
            <numerusform>%n answers, {size}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s)</source>
        <translation>
            <numerusform>%n chat</numerusform>
            <numerusform>%n chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) could not be read: {reason}</source>
        <translation>
            <numerusform>%n chat could not be read: {reason}</numerusform>
            <numerusform>%n chats could not be read: {reason}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>%n chat imported.</numerusform>
            <numerusform>%n chats imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n core</numerusform>
            <numerusform>%n cores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be imported.</source>
        <translation>
            <numerusform>%n could not be imported.</numerusform>
            <numerusform>%n could not be imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>%n message deleted.</numerusform>
            <numerusform>%n messages deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more mistake(s) in the file.</source>
        <translation>
            <numerusform>%n more mistake in the file.</numerusform>
            <numerusform>%n more mistakes in the file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them empty.</source>
        <translation>
            <numerusform>%n of them empty.</numerusform>
            <numerusform>%n of them empty.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them here already, left as before.</source>
        <translation>
            <numerusform>%n of them here already, left as before.</numerusform>
            <numerusform>%n of them here already, left as before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s) taken in.</source>
        <translation>
            <numerusform>%n prompt taken in.</numerusform>
            <numerusform>%n prompts taken in.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>And %n more.</numerusform>
            <numerusform>And %n more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chat(s)</source>
        <translation>
            <numerusform>Delete %n chat</numerusform>
            <numerusform>Delete %n chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete this turn and %n message(s) after it</source>
        <translation>
            <numerusform>Delete this turn and %n message after it</numerusform>
            <numerusform>Delete this turn and %n messages after it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete this version and %n message(s) after it</source>
        <translation>
            <numerusform>Delete this version and %n message after it</numerusform>
            <numerusform>Delete this version and %n messages after it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deleted: %n chat(s).</source>
        <translation>
            <numerusform>Deleted: %n chat.</numerusform>
            <numerusform>Deleted: %n chats.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %n chat(s)</source>
        <translation>
            <numerusform>Export %n chat</numerusform>
            <numerusform>Export %n chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n chat(s) to {name}.</source>
        <translation>
            <numerusform>Exported %n chat to {name}.</numerusform>
            <numerusform>Exported %n chats to {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exporting %n chat(s)…</source>
        <translation>
            <numerusform>Exporting %n chat…</numerusform>
            <numerusform>Exporting %n chats…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import the chats in %n file(s)?</source>
        <translation>
            <numerusform>Import the chats in %n file?</numerusform>
            <numerusform>Import the chats in %n files?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the archive: %n chat(s).</source>
        <translation>
            <numerusform>In the archive: %n chat.</numerusform>
            <numerusform>In the archive: %n chats.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the list again: %n chat(s).</source>
        <translation>
            <numerusform>In the list again: %n chat.</numerusform>
            <numerusform>In the list again: %n chats.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context is nearly full: the oldest turns will be left out of the next question (%n message(s)).</source>
        <translation>
            <numerusform>The context is nearly full: the oldest turns will be left out of the next question (%n message).</numerusform>
            <numerusform>The context is nearly full: the oldest turns will be left out of the next question (%n messages).</numerusform>
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
            <numerusform>about %n token</numerusform>
            <numerusform>about %n tokens</numerusform>
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
            <numerusform>llmdesk uses about {used} of %n core.</numerusform>
            <numerusform>llmdesk uses about {used} of %n cores.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>llmdesk uses about {used} of %n processor thread(s).</source>
        <translation>
            <numerusform>llmdesk uses about {used} of %n processor thread.</numerusform>
            <numerusform>llmdesk uses about {used} of %n processor threads.</numerusform>
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
</context>
</TS>
