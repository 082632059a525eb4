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
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n core</numerusform>
            <numerusform>%n cores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
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
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
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
        <source>Deleted: %n chat(s).</source>
        <translation>
            <numerusform>Deleted: %n chat.</numerusform>
            <numerusform>Deleted: %n chats.</numerusform>
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
