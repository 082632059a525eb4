<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>llmdesk</name>
    <message>
        <source> with a context of {shortest:,} tokens</source>
        <translation> mit einem Kontext von {shortest:,} Token</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s), {size}</source>
        <translation>
            <numerusform>%Ln Antwort, {size}</numerusform>
            <numerusform>%Ln Antworten, {size}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s)</source>
        <translation>
            <numerusform>%Ln Chat</numerusform>
            <numerusform>%Ln Chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) could not be read: {reason}</source>
        <translation>
            <numerusform>%Ln Chat konnte nicht gelesen werden: {reason}</numerusform>
            <numerusform>%Ln Chats konnten nicht gelesen werden: {reason}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>%Ln Chat importiert.</numerusform>
            <numerusform>%Ln Chats importiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%Ln Kern</numerusform>
            <numerusform>%Ln Kerne</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be imported.</source>
        <translation>
            <numerusform>%Ln konnte nicht importiert werden.</numerusform>
            <numerusform>%Ln konnten nicht importiert werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) are attached, which is the most.</source>
        <translation>
            <numerusform>%Ln Datei ist angehängt, mehr geht nicht.</numerusform>
            <numerusform>%Ln Dateien sind angehängt, mehr geht nicht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be read</source>
        <translation>
            <numerusform>%Ln Datei konnte nicht gelesen werden</numerusform>
            <numerusform>%Ln Dateien konnten nicht gelesen werden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>%Ln Nachricht gelöscht.</numerusform>
            <numerusform>%Ln Nachrichten gelöscht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%Ln Modell</numerusform>
            <numerusform>%Ln Modelle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) in memory</source>
        <translation>
            <numerusform>%Ln Modell im Speicher</numerusform>
            <numerusform>%Ln Modelle im Speicher</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more do(es) not fit this machine.</source>
        <translation>
            <numerusform>%Ln weiteres passt nicht auf diesen Rechner.</numerusform>
            <numerusform>%Ln weitere passen nicht auf diesen Rechner.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more mistake(s) in the file.</source>
        <translation>
            <numerusform>%Ln weiterer Fehler in der Datei.</numerusform>
            <numerusform>%Ln weitere Fehler in der Datei.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more: type a part of its name above.</source>
        <translation>
            <numerusform>%Ln weiteres: oben einen Teil seines Namens eingeben.</numerusform>
            <numerusform>%Ln weitere: oben einen Teil des Namens eingeben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them empty.</source>
        <translation>
            <numerusform>%Ln davon leer.</numerusform>
            <numerusform>%Ln davon leer.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them here already, left as before.</source>
        <translation>
            <numerusform>%Ln davon war schon hier und blieb unverändert.</numerusform>
            <numerusform>%Ln davon waren schon hier und blieben unverändert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s)</source>
        <translation>
            <numerusform>%Ln Textstelle</numerusform>
            <numerusform>%Ln Textstellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n piece(s)</source>
        <translation>
            <numerusform>%Ln Stück</numerusform>
            <numerusform>%Ln Stücke</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s) taken in.</source>
        <translation>
            <numerusform>%Ln Prompt übernommen.</numerusform>
            <numerusform>%Ln Prompts übernommen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n repetition(s), after a warm-up</source>
        <translation>
            <numerusform>%Ln Wiederholung nach dem Aufwärmen</numerusform>
            <numerusform>%Ln Wiederholungen nach dem Aufwärmen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%Ln Thread</numerusform>
            <numerusform>%Ln Threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%Ln Token</numerusform>
            <numerusform>%Ln Token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) at most</source>
        <translation>
            <numerusform>höchstens ein Token</numerusform>
            <numerusform>höchstens %Ln Token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) so far</source>
        <translation>
            <numerusform>bisher ein Token</numerusform>
            <numerusform>bisher %Ln Token</numerusform>
        </translation>
    </message>
    <message>
        <source>({count} times) {text}</source>
        <translation>({count}-mal) {text}</translation>
    </message>
    <message>
        <source>, {time} left</source>
        <translation>, noch {time}</translation>
    </message>
    <message>
        <source>0 always takes the likeliest token.</source>
        <translation>0 nimmt immer das wahrscheinlichste Token.</translation>
    </message>
    <message>
        <source>0: always the likeliest token</source>
        <translation>0: immer das wahrscheinlichste Token</translation>
    </message>
    <message>
        <source>0: off</source>
        <translation>0: aus</translation>
    </message>
    <message>
        <source>127.0.0.1 is this machine only, 0.0.0.0 all its networks; ports below 1024 are the system's.</source>
        <translation>127.0.0.1 ist nur dieser Rechner, 0.0.0.0 alle seine Netzwerke; Ports unter 1024 gehören dem System.</translation>
    </message>
    <message>
        <source>16 bits, as trained; largest and slowest</source>
        <translation>16 Bit, wie trainiert; am größten und langsamsten</translation>
    </message>
    <message>
        <source>1: off</source>
        <translation>1: aus</translation>
    </message>
    <message>
        <source>4 bits, a quarter of the memory, fastest; some loss</source>
        <translation>4 Bit, ein Viertel des Speichers, am schnellsten; etwas Verlust</translation>
    </message>
    <message>
        <source>64 hexadecimal digits</source>
        <translation>64 hexadezimale Ziffern</translation>
    </message>
    <message>
        <source>8 bits, half the memory, hardly any loss</source>
        <translation>8 Bit, halber Speicher, kaum Verlust</translation>
    </message>
    <message>
        <source>A GGUF file of this kind cannot say all that this model is ({what}).</source>
        <translation>Eine GGUF-Datei dieser Art kann nicht alles sagen, was dieses Modell ausmacht ({what}).</translation>
    </message>
    <message>
        <source>A PIN has {least} to {most} digits.</source>
        <translation>Eine PIN hat {least} bis {most} Ziffern.</translation>
    </message>
    <message>
        <source>A benchmark is running already. Measure this one when it is over.</source>
        <translation>Es läuft schon ein Benchmark. Dieses Modell danach messen.</translation>
    </message>
    <message>
        <source>A blue sky</source>
        <translation>Blauer Himmel</translation>
    </message>
    <message>
        <source>A chat gets its title from the model, when that has nothing else to do; off: from its first words.</source>
        <translation>Ein Chat bekommt seinen Titel vom Modell, wenn es sonst nichts zu tun hat; aus: von seinen ersten Wörtern.</translation>
    </message>
    <message>
        <source>A draw: {winner} and {slowest} write equally fast.</source>
        <translation>Unentschieden: {winner} und {slowest} schreiben gleich schnell.</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>Eine Datei wird noch gelesen.</translation>
    </message>
    <message>
        <source>A file or folder is put on the list first: `llmdesk models add PATH` says the id to give here.</source>
        <translation>Eine Datei oder ein Ordner kommt zuerst auf die Liste: `llmdesk models add PATH` nennt die ID, die hier anzugeben ist.</translation>
    </message>
    <message>
        <source>A guess while the model cannot count: tokens that the next prompt takes; a click shows its parts</source>
        <translation>Eine Schätzung, solange das Modell nicht zählen kann: Token, die der nächste Prompt belegt; ein Klick zeigt die Teile</translation>
    </message>
    <message>
        <source>A heat pump</source>
        <translation>Wärmepumpe</translation>
    </message>
    <message>
        <source>A key does not belong into the file of a service, which programs can read.</source>
        <translation>Ein Schlüssel gehört nicht in die Datei eines Dienstes, die andere Programme lesen können.</translation>
    </message>
    <message>
        <source>A key for others in the network has {count} letters at least.</source>
        <translation>Ein Schlüssel für andere im Netzwerk hat mindestens {count} Zeichen.</translation>
    </message>
    <message>
        <source>A key is known only when it is made: make a new one to show a QR code for phones.</source>
        <translation>Ein Schlüssel ist nur bekannt, wenn er erzeugt wird: einen neuen erzeugen, um einen QR-Code für Telefone zu zeigen.</translation>
    </message>
    <message>
        <source>A link brings words for the prompt. Take them in place of what stands there?</source>
        <translation>Ein Link bringt Text für den Prompt. Anstelle dessen übernehmen, was dort steht?</translation>
    </message>
    <message>
        <source>A link wrote this prompt. Read it before you send it.</source>
        <translation>Diesen Prompt hat ein Link geschrieben. Vor dem Senden lesen.</translation>
    </message>
    <message>
        <source>A llamafile is a zip archive too: unpack it, and open the .gguf file in it.</source>
        <translation>Eine llamafile ist auch ein ZIP-Archiv: entpacken und die .gguf-Datei darin öffnen.</translation>
    </message>
    <message>
        <source>A matrix of this model has rows of several forms: GGUF files cannot hold it.</source>
        <translation>Eine Matrix dieses Modells hat Zeilen in mehreren Formen: GGUF-Dateien können sie nicht aufnehmen.</translation>
    </message>
    <message>
        <source>A model is unloaded after so long without use; 0: never.</source>
        <translation>Ein so lange unbenutztes Modell wird entladen; 0: nie.</translation>
    </message>
    <message>
        <source>A model was loaded and ready from here on.</source>
        <translation>Ab hier war ein Modell geladen und bereit.</translation>
    </message>
    <message>
        <source>A newer version of llmdesk wrote this.</source>
        <translation>Eine neuere Version von llmdesk hat das geschrieben.</translation>
    </message>
    <message>
        <source>A prompt is told so many passages of folders at most.</source>
        <translation>Einem Prompt werden höchstens so viele Fundstellen aus Ordnern mitgegeben.</translation>
    </message>
    <message>
        <source>A prompt's file has title = "..." and text = "...".</source>
        <translation>Eine Prompt-Datei enthält title = "..." und text = "...".</translation>
    </message>
    <message>
        <source>A question that leaves no room for a whole answer is refused.</source>
        <translation>Eine Frage, die keinen Platz für eine ganze Antwort lässt, wird abgelehnt.</translation>
    </message>
    <message>
        <source>A replay cannot be recorded.</source>
        <translation>Eine Wiedergabe lässt sich nicht aufzeichnen.</translation>
    </message>
    <message>
        <source>A server that speaks OpenAI's language: Ollama, vLLM, llama.cpp, LM Studio, another llmdesk.</source>
        <translation>Ein Server, der OpenAIs Sprache spricht: Ollama, vLLM, llama.cpp, LM Studio, ein anderes llmdesk.</translation>
    </message>
    <message>
        <source>A short turn after {history:,} tokens</source>
        <translation>Eine kurze Runde nach {history:,} Token</translation>
    </message>
    <message>
        <source>A step of the demo did not end within {seconds} s.</source>
        <translation>Ein Schritt der Vorführung endete nicht innerhalb von {seconds} s.</translation>
    </message>
    <message>
        <source>A story</source>
        <translation>Eine Geschichte</translation>
    </message>
    <message>
        <source>A tokenizer of the kind “{kind}” cannot be written into a GGUF file yet.</source>
        <translation>Ein Tokenizer der Art „{kind}“ kann noch nicht in eine GGUF-Datei geschrieben werden.</translation>
    </message>
    <message>
        <source>A train goes 120 km in 90 minutes. How fast is it? Explain step by step.</source>
        <translation>Ein Zug fährt 120 km in 90 Minuten. Wie schnell ist er? Schritt für Schritt erklären.</translation>
    </message>
    <message>
        <source>A whole answer has no room: the chat has {tokens:,} tokens, an answer may take {answer:,}, and the context holds {context_tokens:,}.</source>
        <translation>Für eine ganze Antwort ist kein Platz: Der Chat hat {tokens:,} Token, eine Antwort darf {answer:,} lang sein, und der Kontext fasst {context_tokens:,}.</translation>
    </message>
    <message>
        <source>API</source>
        <translation>API</translation>
    </message>
    <message>
        <source>API failed</source>
        <translation>API ausgefallen</translation>
    </message>
    <message>
        <source>API open to the network</source>
        <translation>API im Netzwerk offen</translation>
    </message>
    <message>
        <source>API open to the network, {count} running</source>
        <translation>API im Netzwerk offen, {count} laufen</translation>
    </message>
    <message>
        <source>API …</source>
        <translation>API …</translation>
    </message>
    <message>
        <source>API, {count} running</source>
        <translation>API, {count} laufen</translation>
    </message>
    <message>
        <source>About llmdesk</source>
        <translation>Über llmdesk</translation>
    </message>
    <message>
        <source>About {total} tokens; the model is not loaded.</source>
        <translation>Etwa {total} Token; das Modell ist nicht geladen.</translation>
    </message>
    <message>
        <source>Accept the licence on https://huggingface.co/{repository}, then give llmdesk a token of yours with `llmdesk models login` (or set HF_TOKEN) and fetch it again.</source>
        <translation>Die Lizenz auf https://huggingface.co/{repository} annehmen, dann llmdesk mit `llmdesk models login` ein eigenes Token geben (oder HF_TOKEN setzen) und noch einmal holen.</translation>
    </message>
    <message>
        <source>Actions and chats</source>
        <translation>Aktionen und Chats</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Originalgröße</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add a folder in sentence-transformers' form (`llmdesk models add PATH`).</source>
        <translation>Einen Ordner im Format von sentence-transformers hinzufügen (`llmdesk models add PATH`).</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Add a lane</source>
        <translation>Bahn hinzufügen</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message>
        <source>Add a server…</source>
        <translation>Server hinzufügen…</translation>
    </message>
    <message>
        <source>Add an embedding model (a folder in sentence-transformers' form) and name that one.</source>
        <translation>Ein Embedding-Modell hinzufügen (einen Ordner im Format von sentence-transformers) und dieses angeben.</translation>
    </message>
    <message>
        <source>Add another folder to {name}</source>
        <translation>Weiteren Ordner zu {name} hinzufügen</translation>
    </message>
    <message>
        <source>Add key</source>
        <translation>Schlüssel hinzufügen</translation>
    </message>
    <message>
        <source>Add the folders again.</source>
        <translation>Die Ordner erneut hinzufügen.</translation>
    </message>
    <message>
        <source>Add {name}</source>
        <translation>{name} hinzufügen</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>After this answer</source>
        <translation>Nach dieser Antwort</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>All collections…</source>
        <translation>Alle Sammlungen…</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Alle Netzwerke</translation>
    </message>
    <message>
        <source>Also compares with the same model in float32; takes minutes and its memory.</source>
        <translation>Vergleicht auch mit demselben Modell in float32; das braucht Minuten und dessen Speicher.</translation>
    </message>
    <message>
        <source>An answer ended with an error.</source>
        <translation>Eine Antwort endete mit einem Fehler.</translation>
    </message>
    <message>
        <source>An answer has ended in “{title}”.</source>
        <translation>Eine Antwort ist fertig in „{title}“.</translation>
    </message>
    <message>
        <source>An answer is being written there.</source>
        <translation>Dort wird gerade eine Antwort geschrieben.</translation>
    </message>
    <message>
        <source>An answer is being written.</source>
        <translation>Es wird gerade eine Antwort geschrieben.</translation>
    </message>
    <message>
        <source>An answer is being written. Change the model</source>
        <translation>Es wird gerade eine Antwort geschrieben. Das Modell wechseln</translation>
    </message>
    <message>
        <source>An answer is being written. Change to {precision}</source>
        <translation>Es wird gerade eine Antwort geschrieben. Zu {precision} wechseln</translation>
    </message>
    <message>
        <source>An answer never gets longer than this</source>
        <translation>Keine Antwort wird länger als das</translation>
    </message>
    <message>
        <source>An answer that the server gives is stopped after so long.</source>
        <translation>Eine Antwort des Servers wird nach dieser Zeit abgebrochen.</translation>
    </message>
    <message>
        <source>An icon beside the clock; llmdesk goes on there when its window is closed, until it is quit.</source>
        <translation>Ein Symbol neben der Uhr; dort läuft llmdesk weiter, wenn sein Fenster geschlossen wird, bis es beendet wird.</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Und %Ln weiterer.</numerusform>
            <numerusform>Und %Ln weitere.</numerusform>
        </translation>
    </message>
    <message>
        <source>Another export or import is under way.</source>
        <translation>Ein anderer Export oder Import läuft noch.</translation>
    </message>
    <message>
        <source>Another llmdesk keeps it. What you chose counts until this one ends.</source>
        <translation>Ein anderes llmdesk hält sie fest. Das Gewählte gilt, bis dieses endet.</translation>
    </message>
    <message>
        <source>Another model took its memory meanwhile.</source>
        <translation>Ein anderes Modell hat inzwischen den Speicher belegt.</translation>
    </message>
    <message>
        <source>Another model was chosen meanwhile.</source>
        <translation>Inzwischen wurde ein anderes Modell gewählt.</translation>
    </message>
    <message>
        <source>Another program listens at port {port} already, perhaps llmdesk serve.</source>
        <translation>An Port {port} lauscht bereits ein anderes Programm, vielleicht llmdesk serve.</translation>
    </message>
    <message>
        <source>Another program listens at port {port} already.</source>
        <translation>An Port {port} lauscht bereits ein anderes Programm.</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Answer cache</source>
        <translation>Antwortspeicher</translation>
    </message>
    <message>
        <source>Answer text</source>
        <translation>Text der Antwort</translation>
    </message>
    <message>
        <source>Answer, its beginning: {words} …</source>
        <translation>Antwort, ihr Anfang: {words} …</translation>
    </message>
    <message>
        <source>Answer: {words}</source>
        <translation>Antwort: {words}</translation>
    </message>
    <message>
        <source>Answering</source>
        <translation>Antwortet</translation>
    </message>
    <message>
        <source>Answering: {title}</source>
        <translation>Antwortet: {title}</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Answers come from {server}</source>
        <translation>Antworten kommen von {server}</translation>
    </message>
    <message>
        <source>Any licence</source>
        <translation>Jede Lizenz</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>Archive the chat</source>
        <translation>Den Chat archivieren</translation>
    </message>
    <message>
        <source>Archived chats</source>
        <translation>Archivierte Chats</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>As its owner describes it</source>
        <translation>Wie sein Anbieter es beschreibt</translation>
    </message>
    <message>
        <source>As llama-bench measures: token ids in, logits out.</source>
        <translation>Gemessen wie mit llama-bench: Token-Nummern hinein, Logits heraus.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>As {precision}, {count} tokens</source>
        <translation>Als {precision}, {count} Token</translation>
    </message>
    <message>
        <source>Ask again, or ask otherwise.</source>
        <translation>Noch einmal oder anders fragen.</translation>
    </message>
    <message>
        <source>Ask again.</source>
        <translation>Noch einmal fragen.</translation>
    </message>
    <message>
        <source>Ask in a new chat.</source>
        <translation>In einem neuen Chat fragen.</translation>
    </message>
    <message>
        <source>Ask otherwise in a new chat</source>
        <translation>In einem neuen Chat anders fragen</translation>
    </message>
    <message>
        <source>Ask your files something</source>
        <translation>Die Dateien etwas fragen</translation>
    </message>
    <message>
        <source>Asking for the files…</source>
        <translation>Die Dateien werden abgefragt …</translation>
    </message>
    <message>
        <source>Asking the hub…</source>
        <translation>Der Hub wird gefragt …</translation>
    </message>
    <message>
        <source>Asking {host}…</source>
        <translation>{host} wird gefragt…</translation>
    </message>
    <message>
        <source>At {host} others in the network could use this server, and no key keeps them from it.</source>
        <translation>An {host} könnten andere im Netzwerk diesen Server benutzen, und kein Schlüssel hält sie davon ab.</translation>
    </message>
    <message>
        <source>Attach a part of it, or remove it.</source>
        <translation>Hängen Sie einen Teil davon an oder entfernen Sie sie.</translation>
    </message>
    <message>
        <source>Attach a part of it.</source>
        <translation>Einen Teil davon anhängen.</translation>
    </message>
    <message>
        <source>Attach a single file in the chat, with the paper clip.</source>
        <translation>Eine einzelne Datei im Chat mit der Büroklammer anhängen.</translation>
    </message>
    <message>
        <source>Attach files or images</source>
        <translation>Dateien oder Bilder anhängen</translation>
    </message>
    <message>
        <source>Attach text, code, Markdown, CSV, PDF, DOCX, XLSX or an image.</source>
        <translation>Text, Code, Markdown, CSV, PDF, DOCX, XLSX oder ein Bild anhängen.</translation>
    </message>
    <message>
        <source>Attach the files that the question is about.</source>
        <translation>Hängen Sie die Dateien an, um die es in der Frage geht.</translation>
    </message>
    <message>
        <source>Attached file</source>
        <translation>Angehängte Datei</translation>
    </message>
    <message>
        <source>Attached files</source>
        <translation>Angehängte Dateien</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Anhänge</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Back from the archive to the chats</source>
        <translation>Aus dem Archiv zurück zu den Chats</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>Zurück zu live</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Zurück in die Liste</translation>
    </message>
    <message>
        <source>Back to what was found</source>
        <translation>Zurück zu den Treffern</translation>
    </message>
    <message>
        <source>Back up chats and settings</source>
        <translation>Chats und Einstellungen sichern</translation>
    </message>
    <message>
        <source>Back up chats and settings…</source>
        <translation>Chats und Einstellungen sichern…</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>Backend</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Being read</source>
        <translation>Wird gelesen</translation>
    </message>
    <message>
        <source>Being typed</source>
        <translation>Gerade getippt</translation>
    </message>
    <message>
        <source>Benchmark</source>
        <translation>Benchmark</translation>
    </message>
    <message>
        <source>Beside it lies {name}, with which it could see images, in a way that llmdesk does not read for this model ({kind}); it is used for texts only.</source>
        <translation>Daneben liegt {name}, womit es Bilder sehen könnte, auf eine Weise, die llmdesk für dieses Modell nicht liest ({kind}); es wird nur für Texte verwendet.</translation>
    </message>
    <message>
        <source>Beside the speed stands the quality: the lane of the highest precision is the reference, and the others of its vocabulary are compared with its answer. Chats wait until the race is over.</source>
        <translation>Neben der Geschwindigkeit steht die Güte: Die Bahn mit der höchsten Präzision ist der Maßstab, die anderen mit ihrem Vokabular werden mit ihrer Antwort verglichen. Chats warten, bis das Rennen vorbei ist.</translation>
    </message>
    <message>
        <source>Between the two: faster memory would help, and so would faster cores.</source>
        <translation>Dazwischen: Schnellerer Speicher würde helfen, schnellere Kerne ebenso.</translation>
    </message>
    <message>
        <source>Break the line</source>
        <translation>Zeilenumbruch</translation>
    </message>
    <message>
        <source>Bring back the key {name}</source>
        <translation>Den Schlüssel {name} wiederherstellen</translation>
    </message>
    <message>
        <source>Bring it back there, or remove the model from the list and open it from its new place.</source>
        <translation>Dorthin zurückbringen, oder das Modell von der Liste nehmen und an seinem neuen Ort öffnen.</translation>
    </message>
    <message>
        <source>Bring “{name}” back</source>
        <translation>„{name}“ zurückholen</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>Nach Tagen</translation>
    </message>
    <message>
        <source>By model</source>
        <translation>Nach Modellen</translation>
    </message>
    <message>
        <source>Bytes of the loaded weights and of the keys and values that each token reads, times steps per second, as a share of the memory's speed: the fastest reading of the last 15 minutes, by a probe that runs while nothing else does, or by the model itself.</source>
        <translation>Bytes der geladenen Gewichte sowie der Schlüssel und Werte, die jedes Token liest, mal Schritte pro Sekunde, als Anteil an der Geschwindigkeit des Speichers: das schnellste Lesen der letzten 15 Minuten, durch eine Messung im Leerlauf oder durch das Modell selbst.</translation>
    </message>
    <message numerus="yes">
        <source>Calibrated by %n measurement(s) on this machine.</source>
        <translation>
            <numerusform>Geeicht mit %Ln Messung auf diesem Rechner.</numerusform>
            <numerusform>Geeicht mit %Ln Messungen auf diesem Rechner.</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cannot be attached</source>
        <translation>Nicht anhängbar</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Chat so far, with the model's marks</source>
        <translation>Bisheriger Chat mit den Markierungen des Modells</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Chats are kept on this machine; off: what is written from then on is gone when the window is closed.</source>
        <translation>Chats werden auf diesem Rechner aufbewahrt; aus: Was von da an geschrieben wird, ist beim Schließen des Fensters weg.</translation>
    </message>
    <message>
        <source>Chats are not saved: another program has locked {file}.</source>
        <translation>Chats werden nicht gespeichert: Ein anderes Programm hat {file} gesperrt.</translation>
    </message>
    <message>
        <source>Chats are not saved: {error}.</source>
        <translation>Chats werden nicht gespeichert: {error}.</translation>
    </message>
    <message>
        <source>Chats are not saved: {file} cannot be written.</source>
        <translation>Chats werden nicht gespeichert: {file} kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>Chats saved from it: {count}. The old file is kept as {place}.</source>
        <translation>Daraus gerettete Chats: {count}. Die alte Datei bleibt als {place} erhalten.</translation>
    </message>
    <message>
        <source>Chats wait until it is over.</source>
        <translation>Chats warten, bis er zu Ende ist.</translation>
    </message>
    <message>
        <source>Check HTTPS_PROXY and HTTP_PROXY.</source>
        <translation>HTTPS_PROXY und HTTP_PROXY prüfen.</translation>
    </message>
    <message>
        <source>Check HTTP_PROXY and NO_PROXY.</source>
        <translation>HTTP_PROXY und NO_PROXY prüfen.</translation>
    </message>
    <message>
        <source>Check hub.endpoint in the settings. Some networks ask for a login in the browser first.</source>
        <translation>hub.endpoint in den Einstellungen prüfen. Manche Netzwerke verlangen zuerst eine Anmeldung im Browser.</translation>
    </message>
    <message>
        <source>Check its folder's rights, and the disk.</source>
        <translation>Die Rechte des Ordners und den Datenträger prüfen.</translation>
    </message>
    <message>
        <source>Check its folder's rights, and the disk. What you chose counts until llmdesk ends.</source>
        <translation>Die Rechte des Ordners und den Datenträger prüfen. Das Gewählte gilt, bis llmdesk endet.</translation>
    </message>
    <message>
        <source>Check the address and the network.</source>
        <translation>Adresse und Netzwerk prüfen.</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>Die Adresse prüfen.</translation>
    </message>
    <message>
        <source>Check the address; most begin their API at /v1, as in http://10.0.0.5:8000/v1.</source>
        <translation>Die Adresse prüfen; die meisten APIs beginnen bei /v1, etwa http://10.0.0.5:8000/v1.</translation>
    </message>
    <message>
        <source>Check the folder's rights.</source>
        <translation>Die Rechte des Ordners prüfen.</translation>
    </message>
    <message>
        <source>Check the name; for a private repository give llmdesk a token of yours with `llmdesk models login`, or set HF_TOKEN.</source>
        <translation>Den Namen prüfen; für ein privates Repository llmdesk mit `llmdesk models login` ein eigenes Token geben oder HF_TOKEN setzen.</translation>
    </message>
    <message>
        <source>Check the network and the address.</source>
        <translation>Netzwerk und Adresse prüfen.</translation>
    </message>
    <message>
        <source>Check the network and the server, then ask again.</source>
        <translation>Netzwerk und Server prüfen, dann noch einmal fragen.</translation>
    </message>
    <message>
        <source>Check the network, and HTTPS_PROXY (or hub.proxy in the settings) if you need a proxy.</source>
        <translation>Das Netzwerk prüfen, und HTTPS_PROXY (oder hub.proxy in den Einstellungen), falls ein Proxy nötig ist.</translation>
    </message>
    <message>
        <source>Check the network, and HTTPS_PROXY if you need a proxy.</source>
        <translation>Das Netzwerk prüfen, und HTTPS_PROXY, falls ein Proxy nötig ist.</translation>
    </message>
    <message>
        <source>Check the network, and HTTPS_PROXY if you need a proxy. Then fetch it again.</source>
        <translation>Das Netzwerk prüfen, und HTTPS_PROXY, falls ein Proxy nötig ist. Dann noch einmal laden.</translation>
    </message>
    <message>
        <source>Check the network, and HTTPS_PROXY if you need a proxy; `llmdesk --debug` shows what pip said.</source>
        <translation>Das Netzwerk prüfen, und HTTPS_PROXY, falls ein Proxy nötig ist; `llmdesk --debug` zeigt, was pip meldet.</translation>
    </message>
    <message>
        <source>Check the network.</source>
        <translation>Das Netzwerk prüfen.</translation>
    </message>
    <message>
        <source>Check the rights of its folder, and the disk.</source>
        <translation>Die Rechte des Ordners und den Datenträger prüfen.</translation>
    </message>
    <message>
        <source>Choose a PIN of {least} to {most} digits. It ends stand mode.</source>
        <translation>Eine PIN mit {least} bis {most} Ziffern wählen. Sie beendet den Standmodus.</translation>
    </message>
    <message>
        <source>Choose a chat model; programs use this one through the server's /v1/embeddings.</source>
        <translation>Ein Chatmodell wählen; Programme nutzen dieses Modell über /v1/embeddings des Servers.</translation>
    </message>
    <message>
        <source>Choose a file of another quantisation, for example Q4_K_M.</source>
        <translation>Eine Datei mit anderer Quantisierung wählen, zum Beispiel Q4_K_M.</translation>
    </message>
    <message>
        <source>Choose a folder that exists.</source>
        <translation>Einen vorhandenen Ordner wählen.</translation>
    </message>
    <message>
        <source>Choose a folder to search</source>
        <translation>Ordner auswählen, der durchsucht wird</translation>
    </message>
    <message>
        <source>Choose a folder with notes, manuals, code or tables, or drop one here: text, Markdown, PDF, DOCX, XLSX, CSV.</source>
        <translation>Einen Ordner mit Notizen, Handbüchern, Code oder Tabellen auswählen oder hier ablegen: Text, Markdown, PDF, DOCX, XLSX, CSV.</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Ein Modell wählen</translation>
    </message>
    <message>
        <source>Choose a model of an architecture that transformers knows.</source>
        <translation>Ein Modell mit einer Architektur wählen, die transformers kennt.</translation>
    </message>
    <message>
        <source>Choose a model that writes text (a causal language model), with safetensors files or as GGUF.</source>
        <translation>Ein Modell wählen, das Text schreibt (ein kausales Sprachmodell), mit safetensors-Dateien oder als GGUF.</translation>
    </message>
    <message>
        <source>Choose a model that writes text (a causal language model).</source>
        <translation>Ein Modell wählen, das Text schreibt (ein kausales Sprachmodell).</translation>
    </message>
    <message>
        <source>Choose another embedding model, for example of BERT's or Qwen3's kind.</source>
        <translation>Ein anderes Embedding-Modell wählen, zum Beispiel von der Art BERT oder Qwen3.</translation>
    </message>
    <message>
        <source>Choose another file, or remove it.</source>
        <translation>Wählen Sie eine andere Datei oder entfernen Sie sie.</translation>
    </message>
    <message>
        <source>Choose another folder for this collection</source>
        <translation>Weiteren Ordner für diese Sammlung auswählen</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Choose another one, for example Q4_K_M.</source>
        <translation>Eine andere wählen, zum Beispiel Q4_K_M.</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>Einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>Choose another port below.</source>
        <translation>Unten einen anderen Port wählen.</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>Eine andere wählen.</translation>
    </message>
    <message>
        <source>Choose one in the model list ({key}).</source>
        <translation>Eines in der Modellliste wählen ({key}).</translation>
    </message>
    <message>
        <source>Choose one that does, or leave the images out.</source>
        <translation>Wählen Sie eines, das sieht, oder lassen Sie die Bilder weg.</translation>
    </message>
    <message>
        <source>Choose the same model with plain weights, or as a GGUF file.</source>
        <translation>Dasselbe Modell mit einfachen Gewichten oder als GGUF-Datei wählen.</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close it. {again}</source>
        <translation>Das Programm schließen. {again}</translation>
    </message>
    <message>
        <source>Close its window and its server, then try again.</source>
        <translation>Fenster und Server schließen, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Close llmdesk and try again; a damaged file is mended when the window opens.</source>
        <translation>llmdesk schließen und es noch einmal versuchen; eine beschädigte Datei wird repariert, wenn das Fenster sich öffnet.</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>Andere Programme schließen oder ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model or a lower precision.</source>
        <translation>Andere Programme schließen oder ein kleineres Modell oder eine geringere Genauigkeit wählen.</translation>
    </message>
    <message>
        <source>Close other programs, or measure a lower precision or a smaller model.</source>
        <translation>Andere Programme schließen, oder eine niedrigere Genauigkeit oder ein kleineres Modell messen.</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Close what may have it open, and try again.</source>
        <translation>Schließen, was es geöffnet haben könnte, und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Collection {name}</source>
        <translation>Sammlung {name}</translation>
    </message>
    <message>
        <source>Collections</source>
        <translation>Sammlungen</translation>
    </message>
    <message>
        <source>Collections for this chat</source>
        <translation>Sammlungen für diesen Chat</translation>
    </message>
    <message>
        <source>Collections for this chat: {names}</source>
        <translation>Sammlungen für diesen Chat: {names}</translation>
    </message>
    <message>
        <source>Collections of this chat</source>
        <translation>Sammlungen dieses Chats</translation>
    </message>
    <message>
        <source>Compares with the same model in float32; takes minutes and its memory.</source>
        <translation>Vergleicht mit demselben Modell in float32; braucht Minuten und dessen Speicher.</translation>
    </message>
    <message>
        <source>Comparing with float32: {done:,} of {total:,} tokens</source>
        <translation>Vergleich mit float32: {done:,} von {total:,} Token</translation>
    </message>
    <message>
        <source>Comparing {precision} with float32</source>
        <translation>Vergleich von {precision} mit float32</translation>
    </message>
    <message>
        <source>Conditions</source>
        <translation>Bedingungen</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Context used</source>
        <translation>Belegter Kontext</translation>
    </message>
    <message>
        <source>Context: {text}</source>
        <translation>Kontext: {text}</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Continue the last answer</source>
        <translation>Die letzte Antwort fortsetzen</translation>
    </message>
    <message>
        <source>Continue with {model}</source>
        <translation>Weiter mit {model}</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>Kontrast</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Copy as plain text</source>
        <translation>Als reinen Text kopieren</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Copy conversation</source>
        <translation>Unterhaltung kopieren</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Details kopieren</translation>
    </message>
    <message>
        <source>Copy it again, without line breaks.</source>
        <translation>Noch einmal ohne Zeilenumbrüche kopieren.</translation>
    </message>
    <message>
        <source>Copy link address</source>
        <translation>Linkadresse kopieren</translation>
    </message>
    <message>
        <source>Copy or download all parts of one model into one folder.</source>
        <translation>Alle Teile eines Modells in einen Ordner kopieren oder herunterladen.</translation>
    </message>
    <message>
        <source>Copy or download these files again.</source>
        <translation>Diese Dateien noch einmal kopieren oder herunterladen.</translation>
    </message>
    <message>
        <source>Copy prompt</source>
        <translation>Prompt kopieren</translation>
    </message>
    <message>
        <source>Copy the code alone</source>
        <translation>Nur den Code kopieren</translation>
    </message>
    <message>
        <source>Copy the code of the last answer</source>
        <translation>Den Code der letzten Antwort kopieren</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Den Befehl kopieren</translation>
    </message>
    <message>
        <source>Copy the key</source>
        <translation>Den Schlüssel kopieren</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>Die letzte Antwort kopieren</translation>
    </message>
    <message>
        <source>Copy the passage</source>
        <translation>Textstelle kopieren</translation>
    </message>
    <message>
        <source>Copy what is selected</source>
        <translation>Auswahl kopieren</translation>
    </message>
    <message>
        <source>Copy what is selected as Markdown</source>
        <translation>Auswahl als Markdown kopieren</translation>
    </message>
    <message>
        <source>Copy with the thinking</source>
        <translation>Mit dem Denken kopieren</translation>
    </message>
    <message>
        <source>Copy {text}</source>
        <translation>{text} kopieren</translation>
    </message>
    <message>
        <source>Core {number}: {percent}</source>
        <translation>Kern {number}: {percent}</translation>
    </message>
    <message>
        <source>Correct `revision` in models.toml.</source>
        <translation>`revision` in models.toml berichtigen.</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Zählen</translation>
    </message>
    <message>
        <source>Count tokens and answers</source>
        <translation>Token und Antworten zählen</translation>
    </message>
    <message>
        <source>Creative</source>
        <translation>Kreativ</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>Eigene Werte</translation>
    </message>
    <message>
        <source>Custom: longest answer</source>
        <translation>Eigene Werte: längste Antwort</translation>
    </message>
    <message>
        <source>Custom: min-p</source>
        <translation>Eigene Werte: Min-p</translation>
    </message>
    <message>
        <source>Custom: repetition penalty</source>
        <translation>Eigene Werte: Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>Custom: seed</source>
        <translation>Eigene Werte: Seed</translation>
    </message>
    <message>
        <source>Custom: temperature</source>
        <translation>Eigene Werte: Temperatur</translation>
    </message>
    <message>
        <source>Custom: top-k</source>
        <translation>Eigene Werte: Top-k</translation>
    </message>
    <message>
        <source>Custom: top-p</source>
        <translation>Eigene Werte: Top-p</translation>
    </message>
    <message>
        <source>Custom…</source>
        <translation>Eigene Werte …</translation>
    </message>
    <message>
        <source>Cut it into parts.</source>
        <translation>Den Text in Teile zerlegen.</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Default: {title}</source>
        <translation>Standard: {title}</translation>
    </message>
    <message>
        <source>Defaults count meanwhile.</source>
        <translation>Bis dahin gelten die Standardwerte.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chat(s)</source>
        <translation>
            <numerusform>%Ln Chat löschen</numerusform>
            <numerusform>%Ln Chats löschen</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete it and make new keys: `llmdesk serve key add NAME`.</source>
        <translation>Die Datei löschen und neue Schlüssel erzeugen: `llmdesk serve key add NAME`.</translation>
    </message>
    <message>
        <source>Delete removes it.</source>
        <translation>Entf entfernt sie.</translation>
    </message>
    <message>
        <source>Delete the chat</source>
        <translation>Den Chat löschen</translation>
    </message>
    <message>
        <source>Delete this turn</source>
        <translation>Frage und Antwort löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete this turn and %n message(s) after it</source>
        <translation>
            <numerusform>Dieses Paar und %Ln folgende Nachricht löschen</numerusform>
            <numerusform>Dieses Paar und %Ln folgende Nachrichten löschen</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete this version</source>
        <translation>Diese Version löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete this version and %n message(s) after it</source>
        <translation>
            <numerusform>Diese Version und %Ln folgende Nachricht löschen</numerusform>
            <numerusform>Diese Version und %Ln folgende Nachrichten löschen</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>„{name}“ löschen</translation>
    </message>
    <message numerus="yes">
        <source>Deleted: %n chat(s).</source>
        <translation>
            <numerusform>Gelöscht: %Ln Chat.</numerusform>
            <numerusform>Gelöscht: %Ln Chats.</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted: “{title}”.</source>
        <translation>Gelöscht: „{title}“.</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>Vorführung</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Desktop</source>
        <translation>Desktop</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Did you mean “{found}”? </source>
        <translation>Ist „{found}“ gemeint? </translation>
    </message>
    <message>
        <source>Does its address begin with http://?</source>
        <translation>Beginnt die Adresse mit http://?</translation>
    </message>
    <message>
        <source>Does not fit: takes about {takes} GB</source>
        <translation>Passt nicht: braucht etwa {takes} GB</translation>
    </message>
    <message>
        <source>Does not fit: {takes}</source>
        <translation>Passt nicht: {takes}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Download</translation>
    </message>
    <message>
        <source>Download of the sentence model</source>
        <translation>Download des Satzmodells</translation>
    </message>
    <message>
        <source>Draft model</source>
        <translation>Entwurfsmodell</translation>
    </message>
    <message>
        <source>Draft models</source>
        <translation>Entwurfsmodelle</translation>
    </message>
    <message>
        <source>Drop files here to attach them</source>
        <translation>Dateien hier ablegen, um sie anzuhängen</translation>
    </message>
    <message>
        <source>Each core: {values}</source>
        <translation>Jeder Kern: {values}</translation>
    </message>
    <message numerus="yes">
        <source>Each lane ran alone, in this order: {order}; loaded and warmed up, what runs here did not know the prompt before; {how}, %n token(s) at most.</source>
        <translation>
            <numerusform>Jede Bahn lief allein, in dieser Reihenfolge: {order}; geladen und aufgewärmt, was hier läuft, kannte den Prompt vorher nicht; {how}, höchstens %Ln Token.</numerusform>
            <numerusform>Jede Bahn lief allein, in dieser Reihenfolge: {order}; geladen und aufgewärmt, was hier läuft, kannte den Prompt vorher nicht; {how}, höchstens %Ln Token.</numerusform>
        </translation>
    </message>
    <message>
        <source>Each lane runs alone, one after the other, because side by side they would share the memory's speed and slow each other. Then all are played on one clock.</source>
        <translation>Jede Bahn läuft allein, eine nach der anderen, denn nebeneinander würden sie sich die Geschwindigkeit des Speichers teilen und einander bremsen. Dann werden alle auf einer Uhr abgespielt.</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Edit prompt</source>
        <translation>Prompt bearbeiten</translation>
    </message>
    <message>
        <source>Edit the prompt</source>
        <translation>Prompt bearbeiten</translation>
    </message>
    <message>
        <source>Edit the prompt {title}</source>
        <translation>Den Prompt {title} bearbeiten</translation>
    </message>
    <message>
        <source>Edit waiting prompt {number}</source>
        <translation>Wartenden Prompt {number} bearbeiten</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Empty the answer cache</source>
        <translation>Den Antwortspeicher leeren</translation>
    </message>
    <message>
        <source>Empty: the words of the first prompt</source>
        <translation>Leer: die Wörter des ersten Prompts</translation>
    </message>
    <message>
        <source>End it first.</source>
        <translation>Sie zuerst beenden.</translation>
    </message>
    <message>
        <source>End the answer there</source>
        <translation>Die Antwort dort beenden</translation>
    </message>
    <message>
        <source>End the answer where the context ends, then refuse</source>
        <translation>Die Antwort am Ende des Kontexts beenden, dann ablehnen</translation>
    </message>
    <message>
        <source>End the replay</source>
        <translation>Wiedergabe beenden</translation>
    </message>
    <message>
        <source>End: {reason}</source>
        <translation>Ende: {reason}</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Ending…</source>
        <translation>Endet …</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>Energy: not measurable on this machine, or not measured yet.</source>
        <translation>Energie: auf diesem Gerät nicht messbar oder noch nicht gemessen.</translation>
    </message>
    <message>
        <source>Energy: {energy} for {tokens} tokens, whoever used the processor meanwhile; other answers were not measured.</source>
        <translation>Energie: {energy} für {tokens} Token, wer immer den Prozessor dabei nutzte; andere Antworten wurden nicht gemessen.</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Enter it by “Add a server…” (list of models) or `llmdesk models add {location} --key`.</source>
        <translation>Über „Server hinzufügen…“ (Modellliste) oder mit `llmdesk models add {location} --key` eingeben.</translation>
    </message>
    <message>
        <source>Enter it with `llmdesk models login`, or switch hub.token_in_keyring off.</source>
        <translation>Mit `llmdesk models login` eingeben, oder hub.token_in_keyring ausschalten.</translation>
    </message>
    <message>
        <source>Enter the address that it sends to, if you trust it.</source>
        <translation>Die Adresse eingeben, an die verwiesen wird, falls sie vertrauenswürdig ist.</translation>
    </message>
    <message>
        <source>Equal choices</source>
        <translation>Gleiche Wahl</translation>
    </message>
    <message>
        <source>Erase and count anew</source>
        <translation>Löschen und neu zählen</translation>
    </message>
    <message>
        <source>Error: {message}</source>
        <translation>Fehler: {message}</translation>
    </message>
    <message>
        <source>Estimated: the memory's measured speed by the bytes that a token reads, times the share of it that models reach here.</source>
        <translation>Geschätzt: gemessene Geschwindigkeit des Speichers durch die Bytes, die ein Token liest, mal dem Anteil daran, den Modelle hier erreichen.</translation>
    </message>
    <message>
        <source>Every program needs one of them. A key that is revoked stops working at once.</source>
        <translation>Jedes Programm benötigt einen davon. Ein widerrufener Schlüssel gilt sofort nicht mehr.</translation>
    </message>
    <message>
        <source>Everything needs a key. What is sent is not encrypted: others in a network that you do not trust could read it.</source>
        <translation>Alles verlangt einen Schlüssel. Die Übertragung ist nicht verschlüsselt: In einem Netzwerk, dem nicht zu trauen ist, könnten andere mitlesen.</translation>
    </message>
    <message>
        <source>Everything, to be imported again</source>
        <translation>Alles, zum späteren Importieren</translation>
    </message>
    <message>
        <source>Expected are tables [presets.NAME] with values such as temperature = 0.7.</source>
        <translation>Erwartet werden Tabellen [presets.NAME] mit Werten wie temperature = 0.7.</translation>
    </message>
    <message>
        <source>Explain a heat pump to a child.</source>
        <translation>Erkläre einem Kind eine Wärmepumpe.</translation>
    </message>
    <message>
        <source>Explain in three sentences why the sky is blue.</source>
        <translation>Erkläre in drei Sätzen, warum der Himmel blau ist.</translation>
    </message>
    <message>
        <source>Explain simply</source>
        <translation>Einfach erklären</translation>
    </message>
    <message numerus="yes">
        <source>Export %n chat(s)</source>
        <translation>
            <numerusform>%Ln Chat exportieren</numerusform>
            <numerusform>%Ln Chats exportieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Export a web page and print that.</source>
        <translation>Eine Webseite exportieren und diese drucken.</translation>
    </message>
    <message>
        <source>Export all chats…</source>
        <translation>Alle Chats exportieren …</translation>
    </message>
    <message>
        <source>Export and import</source>
        <translation>Exportieren und importieren</translation>
    </message>
    <message>
        <source>Export chat…</source>
        <translation>Chat exportieren …</translation>
    </message>
    <message>
        <source>Export it once more.</source>
        <translation>Noch einmal exportieren.</translation>
    </message>
    <message>
        <source>Export presets</source>
        <translation>Voreinstellungen exportieren</translation>
    </message>
    <message>
        <source>Export the benchmarks</source>
        <translation>Die Benchmarks exportieren</translation>
    </message>
    <message>
        <source>Export the chats once more from the program that they come from.</source>
        <translation>Die Chats noch einmal aus dem Programm exportieren, aus dem sie stammen.</translation>
    </message>
    <message>
        <source>Export the presets to a file</source>
        <translation>Die Voreinstellungen in eine Datei exportieren</translation>
    </message>
    <message numerus="yes">
        <source>Exported %n chat(s) to {name}.</source>
        <translation>
            <numerusform>%Ln Chat nach {name} exportiert.</numerusform>
            <numerusform>%Ln Chats nach {name} exportiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exporting %n chat(s)…</source>
        <translation>
            <numerusform>%Ln Chat wird exportiert …</numerusform>
            <numerusform>%Ln Chats werden exportiert …</numerusform>
        </translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Fastest kernels here</source>
        <translation>Schnellste Kernel hier</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Fetch it</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Fetch it again with the program that began it.</source>
        <translation>Mit dem Programm, das ihn begann, noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>Fetch it again.</source>
        <translation>Noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>Fetch it again. If this happens twice, something on the way alters files: try another network.</source>
        <translation>Noch einmal herunterladen. Falls es wieder geschieht, verändert unterwegs etwas die Dateien: ein anderes Netzwerk versuchen.</translation>
    </message>
    <message>
        <source>Fetch it again. If this happens twice, the package index serves something else under this name.</source>
        <translation>Noch einmal herunterladen. Falls es wieder geschieht, liefert der Paketindex unter diesem Namen etwas anderes.</translation>
    </message>
    <message>
        <source>Fetch it again: `llmdesk models remove {id}`, then `llmdesk models install {id}`.</source>
        <translation>Noch einmal herunterladen: `llmdesk models remove {id}`, dann `llmdesk models install {id}`.</translation>
    </message>
    <message>
        <source>Fetch it again: it goes on where it stopped.</source>
        <translation>Noch einmal herunterladen: Es geht dort weiter, wo es aufhörte.</translation>
    </message>
    <message>
        <source>Fetch it from the model picker or with `llmdesk models install`.</source>
        <translation>Aus der Modellauswahl oder mit `llmdesk models install` herunterladen.</translation>
    </message>
    <message>
        <source>Fetch the real files: git lfs pull, in the folder that was cloned.</source>
        <translation>Die richtigen Dateien holen: git lfs pull, im geklonten Ordner.</translation>
    </message>
    <message>
        <source>Fetch {name}, {size}</source>
        <translation>{name} holen, {size}</translation>
    </message>
    <message>
        <source>Fetch {size}</source>
        <translation>{size} laden</translation>
    </message>
    <message>
        <source>Fetch {size} from {origin}?</source>
        <translation>{size} von {origin} herunterladen?</translation>
    </message>
    <message>
        <source>Fetching is switched off: HF_HUB_OFFLINE is set.</source>
        <translation>Das Herunterladen ist abgeschaltet: HF_HUB_OFFLINE ist gesetzt.</translation>
    </message>
    <message>
        <source>Fetching {title}</source>
        <translation>{title} wird geladen</translation>
    </message>
    <message>
        <source>Fetching {title}, {percent}</source>
        <translation>{title} wird heruntergeladen, {percent}</translation>
    </message>
    <message>
        <source>Fetching {title}…</source>
        <translation>{title} wird geladen…</translation>
    </message>
    <message>
        <source>Fetch…</source>
        <translation>Herunterladen …</translation>
    </message>
    <message>
        <source>Fidelity, too</source>
        <translation>Auch Treue</translation>
    </message>
    <message>
        <source>Files are still being read: what they hold may be missing.</source>
        <translation>Dateien werden noch gelesen: Was darin steht, fehlt vielleicht.</translation>
    </message>
    <message>
        <source>Files of this kind are from 2023: get a newer GGUF file of this model.</source>
        <translation>Dateien dieser Art stammen von 2023: eine neuere GGUF-Datei dieses Modells beschaffen.</translation>
    </message>
    <message>
        <source>Files: {choice}</source>
        <translation>Dateien: {choice}</translation>
    </message>
    <message>
        <source>Fill in</source>
        <translation>Ausfüllen</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Modell suchen</translation>
    </message>
    <message>
        <source>Find an action or a chat</source>
        <translation>Aktion oder Chat finden</translation>
    </message>
    <message>
        <source>Find passages by their meaning, too?</source>
        <translation>Textstellen auch nach ihrer Bedeutung finden?</translation>
    </message>
    <message>
        <source>First token after</source>
        <translation>Erstes Token nach</translation>
    </message>
    <message>
        <source>Fits this machine</source>
        <translation>Passt auf diesen Rechner</translation>
    </message>
    <message>
        <source>Fits: takes about {takes} GB</source>
        <translation>Passt: braucht etwa {takes} GB</translation>
    </message>
    <message>
        <source>Fits: {takes}</source>
        <translation>Passt: {takes}</translation>
    </message>
    <message>
        <source>Fold it away</source>
        <translation>Zuklappen</translation>
    </message>
    <message>
        <source>Folded</source>
        <translation>Zugeklappt</translation>
    </message>
    <message>
        <source>Folder {name}, {state}, {count}</source>
        <translation>Ordner {name}, {state}, {count}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Folders that your questions are answered from: the passages that fit a question go to the model with it, and the answer names them. Nothing of it leaves this machine; the files are never changed.</source>
        <translation>Ordner, aus denen Fragen beantwortet werden: Textstellen, die zu einer Frage passen, gehen mit ihr an das Modell, und die Antwort nennt sie. Nichts davon verlässt diesen Rechner; die Dateien werden nie geändert.</translation>
    </message>
    <message>
        <source>For vectors get a file of the architecture bert or nomic-bert, or the model's safetensors folder; to chat, a model that was made to write.</source>
        <translation>Für Vektoren eine Datei der Architektur bert oder nomic-bert oder den safetensors-Ordner des Modells besorgen; zum Chatten ein Modell, das zum Schreiben gemacht wurde.</translation>
    </message>
    <message>
        <source>Fork into a new chat from here</source>
        <translation>Ab hier in einen neuen Chat abzweigen</translation>
    </message>
    <message>
        <source>Fork the chat after its last answer</source>
        <translation>Den Chat nach der letzten Antwort abzweigen</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>Frei</translation>
    </message>
    <message>
        <source>Free some space and try again; nothing was lost.</source>
        <translation>Platz schaffen und noch einmal versuchen; verloren ist nichts.</translation>
    </message>
    <message>
        <source>Free some space, then look for changes again.</source>
        <translation>Platz schaffen, dann erneut nach Änderungen suchen.</translation>
    </message>
    <message>
        <source>Free some space. {again}</source>
        <translation>Platz schaffen. {again}</translation>
    </message>
    <message>
        <source>From sending the prompt to the first token</source>
        <translation>Vom Senden des Prompts bis zum ersten Token</translation>
    </message>
    <message>
        <source>From the library…</source>
        <translation>Aus der Bibliothek …</translation>
    </message>
    <message>
        <source>From this token on the words are others</source>
        <translation>Ab diesem Token sind es andere Worte</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>GGUF files of the architecture “{architecture}” cannot be read yet (only {known}).</source>
        <translation>GGUF-Dateien der Architektur „{architecture}“ können noch nicht gelesen werden (nur {known}).</translation>
    </message>
    <message>
        <source>GGUF files of the quantisation {kind} cannot be read.</source>
        <translation>GGUF-Dateien mit der Quantisierung {kind} können nicht gelesen werden.</translation>
    </message>
    <message>
        <source>GGUF models</source>
        <translation>GGUF-Modelle</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf);;All files (*)</source>
        <translation>GGUF-Modelle (*.gguf);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>GPU {percent}</source>
        <translation>GPU {percent}</translation>
    </message>
    <message>
        <source>GPU, now {percent}</source>
        <translation>GPU, jetzt {percent}</translation>
    </message>
    <message>
        <source>Get a GGUF file of this model, or of a newer one.</source>
        <translation>Eine GGUF-Datei dieses oder eines neueren Modells beschaffen.</translation>
    </message>
    <message>
        <source>Get a model that was made to write or chat, for example Qwen3 or Llama as GGUF.</source>
        <translation>Ein Modell beschaffen, das zum Schreiben oder Chatten gemacht wurde, zum Beispiel Qwen3 oder Llama als GGUF.</translation>
    </message>
    <message>
        <source>Get a model that was made to write or chat, for example Qwen3 or Llama.</source>
        <translation>Ein Modell beschaffen, das zum Schreiben oder Chatten gemacht wurde, zum Beispiel Qwen3 oder Llama.</translation>
    </message>
    <message>
        <source>Get a newer file of this model, or its safetensors folder.</source>
        <translation>Eine neuere Datei dieses Modells oder seinen safetensors-Ordner besorgen.</translation>
    </message>
    <message>
        <source>Get it anew.</source>
        <translation>Das Modell neu beschaffen.</translation>
    </message>
    <message>
        <source>Get the file again from where it came from, or record anew.</source>
        <translation>Die Datei noch einmal von dort holen, woher sie kam, oder neu aufzeichnen.</translation>
    </message>
    <message>
        <source>Get the file again from where it came from, or run the race anew.</source>
        <translation>Die Datei noch einmal holen oder das Rennen neu laufen lassen.</translation>
    </message>
    <message>
        <source>Get the file once more.</source>
        <translation>Die Datei noch einmal beschaffen.</translation>
    </message>
    <message>
        <source>Get the model itself as a GGUF file.</source>
        <translation>Das Modell selbst als GGUF-Datei beschaffen.</translation>
    </message>
    <message>
        <source>Get the model's files again from where they came from.</source>
        <translation>Die Dateien des Modells noch einmal von dort beschaffen, wo sie herkamen.</translation>
    </message>
    <message>
        <source>Get the model's safetensors folder instead.</source>
        <translation>Stattdessen den safetensors-Ordner des Modells besorgen.</translation>
    </message>
    <message>
        <source>Get the same model in transformers' form, with config.json; such names often end in -hf.</source>
        <translation>Dasselbe Modell im Format von transformers beschaffen, mit config.json; solche Namen enden oft auf -hf.</translation>
    </message>
    <message>
        <source>Get the same model with plain weights (bf16 safetensors), or as a GGUF file, for example Q4_K_M.</source>
        <translation>Dasselbe Modell mit einfachen Gewichten (bf16-safetensors) oder als GGUF-Datei beschaffen, zum Beispiel Q4_K_M.</translation>
    </message>
    <message>
        <source>Get this model as a GGUF file.</source>
        <translation>Dieses Modell als GGUF-Datei beschaffen.</translation>
    </message>
    <message>
        <source>Get this model in another quantisation, for example as Q4_K_M or Q8_0.</source>
        <translation>Dieses Modell in einer anderen Quantisierung beschaffen, zum Beispiel als Q4_K_M oder Q8_0.</translation>
    </message>
    <message>
        <source>Get this model's usual GGUF file, for example as Q4_K_M; most names of others say “be”.</source>
        <translation>Die übliche GGUF-Datei dieses Modells beschaffen, zum Beispiel als Q4_K_M; andere tragen meist „be“ im Namen.</translation>
    </message>
    <message>
        <source>Get tokenizer.json from where the model was published, or the same model as a GGUF file.</source>
        <translation>tokenizer.json von dort beschaffen, wo das Modell veröffentlicht wurde, oder dasselbe Modell als GGUF-Datei.</translation>
    </message>
    <message>
        <source>Give a file or folder on a disk.</source>
        <translation>Eine Datei oder einen Ordner auf einem Datenträger angeben.</translation>
    </message>
    <message>
        <source>Give a file or one of: {names}.</source>
        <translation>Eine Datei angeben oder eine von: {names}.</translation>
    </message>
    <message>
        <source>Give a file, a folder or a ZIP.</source>
        <translation>Eine Datei, einen Ordner oder ein ZIP angeben.</translation>
    </message>
    <message>
        <source>Give a folder or a .gguf file that exists.</source>
        <translation>Einen vorhandenen Ordner oder eine .gguf-Datei angeben.</translation>
    </message>
    <message>
        <source>Give a path that exists.</source>
        <translation>Einen vorhandenen Pfad angeben.</translation>
    </message>
    <message>
        <source>Give all of them the names that they were published with (…-00001-of-00003.gguf), in one folder.</source>
        <translation>Allen die Namen geben, unter denen sie veröffentlicht wurden (…-00001-of-00003.gguf), in einem Ordner.</translation>
    </message>
    <message>
        <source>Give it as OWNER/NAME.</source>
        <translation>Als OWNER/NAME angeben.</translation>
    </message>
    <message>
        <source>Give llmdesk a token that may read this repository, with `llmdesk models login` or in HF_TOKEN.</source>
        <translation>llmdesk mit `llmdesk models login` oder in HF_TOKEN ein Token geben, das dieses Repository lesen darf.</translation>
    </message>
    <message>
        <source>Give yourself the right to read it, or copy the model to a folder of yours.</source>
        <translation>Das Leserecht einrichten oder das Modell in einen eigenen Ordner kopieren.</translation>
    </message>
    <message>
        <source>Give yourself the right to read that folder, or copy the model to a folder of yours.</source>
        <translation>Das Leserecht für diesen Ordner einrichten oder das Modell in einen eigenen Ordner kopieren.</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Go back to the chat: {title}</source>
        <translation>Zurück zum Chat: {title}</translation>
    </message>
    <message>
        <source>Go back to: {title}</source>
        <translation>Zurück zu: {title}</translation>
    </message>
    <message>
        <source>Go on with this answer where it stopped</source>
        <translation>Diese Antwort dort fortsetzen, wo sie aufhörte</translation>
    </message>
    <message>
        <source>Go to the beginning of the conversation</source>
        <translation>Zum Anfang der Unterhaltung</translation>
    </message>
    <message>
        <source>Go to the prompt</source>
        <translation>Zum Prompt</translation>
    </message>
    <message>
        <source>Go to {group}</source>
        <translation>Zu {group}</translation>
    </message>
    <message>
        <source>Greedy: the likeliest token always</source>
        <translation>Greedy: immer das wahrscheinlichste Token</translation>
    </message>
    <message>
        <source>Have `{command}` started by what starts programs on this machine.</source>
        <translation>`{command}` von dem starten lassen, was auf diesem Rechner Programme startet.</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>How far its probabilities are from the reference's, over that one's answer</source>
        <translation>Wie weit seine Wahrscheinlichkeiten von denen des Maßstabs sind, über dessen Antwort</translation>
    </message>
    <message>
        <source>How fast it is on this machine, with random weights of its shape; no download.</source>
        <translation>Wie schnell es auf diesem Rechner ist, mit zufälligen Gewichten seiner Form; ohne Download.</translation>
    </message>
    <message>
        <source>How many threads compute, from the next load on; auto: as many as were measured to be best.</source>
        <translation>Wie viele Threads rechnen, ab dem nächsten Laden; auto: so viele, wie sich beim Messen als am besten erwiesen.</translation>
    </message>
    <message>
        <source>How much words and lines stand out; system: as it asks.</source>
        <translation>Wie sehr sich Worte und Linien abheben; system: wie es das System verlangt.</translation>
    </message>
    <message>
        <source>How the next token is chosen</source>
        <translation>Wie das nächste Token gewählt wird</translation>
    </message>
    <message>
        <source>How the weights of a model are held (bf16, int8, int4), by its id; other models have their own way.</source>
        <translation>In welcher Form die Gewichte eines Modells gehalten werden (bf16, int8, int4), nach seiner ID; andere Modelle haben ihre eigene.</translation>
    </message>
    <message>
        <source>How tokens are chosen: a preset of llmdesk's or of your own, or the values of Custom.</source>
        <translation>Wie Token gewählt werden: eine Voreinstellung von llmdesk, eine eigene oder die eigenen Werte.</translation>
    </message>
    <message>
        <source>I am still here</source>
        <translation>Ich bin noch da</translation>
    </message>
    <message>
        <source>IPEX exists for Linux on x86-64 only, this is {system} on {machine}</source>
        <translation>IPEX gibt es nur für Linux auf x86-64, dies ist {system} auf {machine}</translation>
    </message>
    <message>
        <source>IPEX runs here; the models that llmdesk's decoder knows run on {products}</source>
        <translation>IPEX läuft hier; Modelle, die llmdesks Decoder kennt, rechnen mit: {products}</translation>
    </message>
    <message>
        <source>IPEX {ipex} needs torch {ipex_torch}, installed is {torch}</source>
        <translation>IPEX {ipex} benötigt torch {ipex_torch}, installiert ist {torch}</translation>
    </message>
    <message>
        <source>IPEX's operators</source>
        <translation>IPEX’ Operatoren</translation>
    </message>
    <message>
        <source>IPEX's operators, in 4 and 8 bits on aten's, since the processor lacks {names}</source>
        <translation>IPEX’ Operatoren, in 4 und 8 Bit die von aten, da dem Prozessor {names} fehlt</translation>
    </message>
    <message>
        <source>Icon beside the clock</source>
        <translation>Symbol neben der Uhr</translation>
    </message>
    <message>
        <source>If the server is your own, set SSL_CERT_FILE to a file with the certificate of its authority.</source>
        <translation>Bei einem eigenen Server SSL_CERT_FILE auf eine Datei mit dem Zertifikat seiner Zertifizierungsstelle setzen.</translation>
    </message>
    <message>
        <source>If your network has a certificate of its own, set SSL_CERT_FILE to its file.</source>
        <translation>Falls das Netzwerk ein eigenes Zertifikat hat, SSL_CERT_FILE auf dessen Datei setzen.</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Image from the clipboard</source>
        <translation>Bild aus der Zwischenablage</translation>
    </message>
    <message>
        <source>Image {name}</source>
        <translation>Bild {name}</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Chats importieren</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>Chats importieren …</translation>
    </message>
    <message>
        <source>Import its parts one by one.</source>
        <translation>Die Teile einzeln importieren.</translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation>Voreinstellungen importieren</translation>
    </message>
    <message>
        <source>Import presets from a file</source>
        <translation>Voreinstellungen aus einer Datei importieren</translation>
    </message>
    <message>
        <source>Import prompts</source>
        <translation>Prompts importieren</translation>
    </message>
    <message numerus="yes">
        <source>Import the chats in %n file(s)?</source>
        <translation>
            <numerusform>Die Chats aus %Ln Datei importieren?</numerusform>
            <numerusform>Die Chats aus %Ln Dateien importieren?</numerusform>
        </translation>
    </message>
    <message>
        <source>Import the chats in “{name}”?</source>
        <translation>Die Chats aus „{name}“ importieren?</translation>
    </message>
    <message>
        <source>Importing chats…</source>
        <translation>Chats werden importiert …</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren …</translation>
    </message>
    <message>
        <source>In a GGUF file this model's tokenizer would cut texts otherwise, for example “{text}”.</source>
        <translation>In einer GGUF-Datei würde der Tokenizer dieses Modells Texte anders zerlegen, zum Beispiel „{text}“.</translation>
    </message>
    <message numerus="yes">
        <source>In the archive: %n chat(s).</source>
        <translation>
            <numerusform>Im Archiv: %Ln Chat.</numerusform>
            <numerusform>Im Archiv: %Ln Chats.</numerusform>
        </translation>
    </message>
    <message>
        <source>In the archive: “{title}”.</source>
        <translation>Im Archiv: „{title}“.</translation>
    </message>
    <message>
        <source>In the collection {name}</source>
        <translation>In der Sammlung {name}</translation>
    </message>
    <message numerus="yes">
        <source>In the list again: %n chat(s).</source>
        <translation>
            <numerusform>Wieder in der Liste: %Ln Chat.</numerusform>
            <numerusform>Wieder in der Liste: %Ln Chats.</numerusform>
        </translation>
    </message>
    <message>
        <source>In the list again: “{title}”.</source>
        <translation>Wieder in der Liste: „{title}“.</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Benutzung</translation>
    </message>
    <message>
        <source>Indexing</source>
        <translation>Wird erfasst</translation>
    </message>
    <message>
        <source>Install it with `pip install keyring`. Or:</source>
        <translation>Mit `pip install keyring` installieren. Oder:</translation>
    </message>
    <message>
        <source>Install one with `pip install 'llmdesk[ipex]'` (Linux x86-64) or `pip install 'llmdesk[native]'`.</source>
        <translation>Eines davon installieren: `pip install 'llmdesk[ipex]'` (Linux x86-64) oder `pip install 'llmdesk[native]'`.</translation>
    </message>
    <message>
        <source>Install one with `pip install ziglang`.</source>
        <translation>Mit `pip install ziglang` installieren.</translation>
    </message>
    <message>
        <source>Install the ipex stack again.</source>
        <translation>Die ipex-Pakete neu installieren.</translation>
    </message>
    <message>
        <source>Install the package again: pip install --force-reinstall --no-deps {location}.</source>
        <translation>Das Paket neu installieren: pip install --force-reinstall --no-deps {location}.</translation>
    </message>
    <message>
        <source>Install torch's build for it (https://docs.pytorch.org/docs/stable/notes/get_start_xpu.html) and the driver, or choose auto.</source>
        <translation>Den passenden torch-Build (https://docs.pytorch.org/docs/stable/notes/get_start_xpu.html) und den Treiber installieren oder auto wählen.</translation>
    </message>
    <message>
        <source>Intel GPU</source>
        <translation>Intel-GPU</translation>
    </message>
    <message>
        <source>Is there a proxy in between?</source>
        <translation>Ist ein Proxy dazwischen?</translation>
    </message>
    <message>
        <source>It asks to try again in {seconds} s.</source>
        <translation>Der Server bittet, es in {seconds} s noch einmal zu versuchen.</translation>
    </message>
    <message>
        <source>It did not start.</source>
        <translation>Der Server ist nicht gestartet.</translation>
    </message>
    <message>
        <source>It has neither safetensors nor GGUF files</source>
        <translation>Es hat weder safetensors- noch GGUF-Dateien</translation>
    </message>
    <message>
        <source>It has no files that are read here.</source>
        <translation>Es hat keine Dateien, die hier gelesen werden.</translation>
    </message>
    <message>
        <source>It has no messages.</source>
        <translation>Er enthält keine Nachrichten.</translation>
    </message>
    <message>
        <source>It is being fetched already.</source>
        <translation>Es wird schon geladen.</translation>
    </message>
    <message>
        <source>It is damaged: {reason}.</source>
        <translation>Er ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>It is giving an answer. Unload it</source>
        <translation>Es gibt gerade eine Antwort. Entladen</translation>
    </message>
    <message>
        <source>It is here as the hub has it.</source>
        <translation>Es ist hier, wie der Hub es hat.</translation>
    </message>
    <message>
        <source>It is in memory for llmdesk itself. Unload it first, then remove it.</source>
        <translation>Es ist für llmdesk selbst im Speicher. Zuerst entladen, dann entfernen.</translation>
    </message>
    <message>
        <source>It is in memory for the server. Unload it first, then remove it.</source>
        <translation>Es ist für den Server im Speicher. Zuerst entladen, dann entfernen.</translation>
    </message>
    <message>
        <source>It is in use. Choose another model first, then remove it.</source>
        <translation>Es wird gerade benutzt. Zuerst ein anderes Modell wählen, dann entfernen.</translation>
    </message>
    <message>
        <source>It is no chat.</source>
        <translation>Das ist kein Chat.</translation>
    </message>
    <message>
        <source>It is not encrypted. `llmdesk restore FILE` puts it back while llmdesk is closed.</source>
        <translation>Sie ist nicht verschlüsselt. `llmdesk restore FILE` stellt sie wieder her, während llmdesk geschlossen ist.</translation>
    </message>
    <message>
        <source>It is not known how much memory it takes</source>
        <translation>Der Speicherbedarf ist nicht bekannt</translation>
    </message>
    <message>
        <source>It is not known which version is here; the hub has one of {day}. Files that are the same are not fetched again.</source>
        <translation>Welche Fassung hier ist, ist nicht bekannt; der Hub hat eine vom {day}. Dateien, die gleich sind, werden nicht noch einmal geholt.</translation>
    </message>
    <message>
        <source>It is on the clipboard.</source>
        <translation>In der Zwischenablage.</translation>
    </message>
    <message>
        <source>It is on this machine already.</source>
        <translation>Es ist schon auf diesem Rechner.</translation>
    </message>
    <message>
        <source>It is on this machine now.</source>
        <translation>Jetzt auf diesem Rechner.</translation>
    </message>
    <message>
        <source>It is still on the clipboard. Paste a part of it.</source>
        <translation>Er ist noch in der Zwischenablage. Einen Teil davon einfügen.</translation>
    </message>
    <message>
        <source>It is too long for this model ({count:,} tokens): the model is given the passages of it that fit the question best.</source>
        <translation>Sie ist zu lang für dieses Modell ({count:,} Token): Es erhält die Textstellen, die am besten zur Frage passen.</translation>
    </message>
    <message>
        <source>It is too long: more than {count} characters.</source>
        <translation>Er ist zu lang: mehr als {count} Zeichen.</translation>
    </message>
    <message>
        <source>It is tried again by itself. Until then, what you write is held by this window only.</source>
        <translation>Es wird von selbst wieder versucht. Bis dahin hält nur dieses Fenster das Geschriebene.</translation>
    </message>
    <message numerus="yes">
        <source>It knew {known:,} of the prompt's %n token(s) before.</source>
        <translation>
            <numerusform>Von dem %Ln Token des Prompts kannte er {known:,} schon.</numerusform>
            <numerusform>Von den %Ln Token des Prompts kannte er {known:,} schon.</numerusform>
        </translation>
    </message>
    <message>
        <source>It leads to {host}; what stands before the @ is not its name.</source>
        <translation>Der Link führt zu {host}; was vor dem @ steht, ist nicht der Name.</translation>
    </message>
    <message>
        <source>It makes vectors out of texts (embeddings) and does not chat. Programs use it through the server.</source>
        <translation>Es macht aus Texten Vektoren (Embeddings) und chattet nicht. Programme nutzen es über den Server.</translation>
    </message>
    <message>
        <source>It may be overloaded or gone; look at it, then ask again.</source>
        <translation>Der Server ist vielleicht überlastet oder ausgefallen; nachsehen und dann noch einmal fragen.</translation>
    </message>
    <message>
        <source>It may have been deleted in another window.</source>
        <translation>Vielleicht wurde er in einem anderen Fenster gelöscht.</translation>
    </message>
    <message>
        <source>It reads exports of llmdesk, ChatGPT, LM Studio, Jan and Open WebUI.</source>
        <translation>Gelesen werden Exporte von llmdesk, ChatGPT, LM Studio, Jan und Open WebUI.</translation>
    </message>
    <message>
        <source>It says: “{text}”</source>
        <translation>Der Server meldet: „{text}“</translation>
    </message>
    <message>
        <source>It serves no model at all now.</source>
        <translation>Der Server bietet derzeit kein Modell an.</translation>
    </message>
    <message>
        <source>It serves {shown} and others.</source>
        <translation>Der Server bietet {shown} und weitere an.</translation>
    </message>
    <message>
        <source>It serves {shown}.</source>
        <translation>Der Server bietet {shown} an.</translation>
    </message>
    <message>
        <source>It stands in settings.toml.</source>
        <translation>Steht in settings.toml.</translation>
    </message>
    <message>
        <source>It told no tokens: its pieces are counted.</source>
        <translation>Er hat keine Token genannt: gezählt sind seine Stücke.</translation>
    </message>
    <message>
        <source>It was made for something else than writing</source>
        <translation>Es wurde für etwas anderes als Schreiben gemacht</translation>
    </message>
    <message>
        <source>It was removed. Fetch it again.</source>
        <translation>Sie wurde entfernt. Noch einmal laden.</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>Vor dem Ende abgebrochen.</translation>
    </message>
    <message>
        <source>It was stopped. Nothing was written.</source>
        <translation>Das wurde angehalten. Nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>It would fit {ways}.</source>
        <translation>Passen würde es {ways}.</translation>
    </message>
    <message>
        <source>Its architecture ({name}) is not run here yet</source>
        <translation>Seine Architektur ({name}) läuft hier noch nicht</translation>
    </message>
    <message>
        <source>Its file cuts texts into words in a way that llmdesk does not know ({name}); the usual way is taken, and answers may be worse for it.</source>
        <translation>Die Datei zerlegt Texte auf eine Weise in Wörter, die llmdesk nicht kennt ({name}); die übliche wird verwendet, was die Antworten verschlechtern kann.</translation>
    </message>
    <message>
        <source>Its files are read once, in the background; changed files are noticed by themselves.</source>
        <translation>Seine Dateien werden einmal im Hintergrund gelesen; geänderte Dateien werden von selbst bemerkt.</translation>
    </message>
    <message>
        <source>Its messages belong to another chat here.</source>
        <translation>Die Nachrichten gehören hier zu einem anderen Chat.</translation>
    </message>
    <message>
        <source>Its messages follow each other in a circle.</source>
        <translation>Die Nachrichten folgen im Kreis aufeinander.</translation>
    </message>
    <message>
        <source>Its name has letters that are not plain ones ({name}). They can look like another name.</source>
        <translation>Der Name enthält ungewöhnliche Buchstaben ({name}). Sie können wie ein anderer Name aussehen.</translation>
    </message>
    <message>
        <source>Its owner asks for a login and for consent to the licence first.</source>
        <translation>Der Eigentümer verlangt zuerst eine Anmeldung und die Zustimmung zur Lizenz.</translation>
    </message>
    <message>
        <source>Its owner asks for consent to the licence first: open its page, log in there and accept, make a token of yours (it only has to read), and enter it here. It is kept in the system's keyring.</source>
        <translation>Sein Anbieter verlangt zuerst die Zustimmung zur Lizenz: seine Seite öffnen, dort anmelden und zustimmen, ein eigenes Token anlegen (es muss nur lesen dürfen) und hier eingeben. Es wird im Schlüsselbund des Systems aufbewahrt.</translation>
    </message>
    <message>
        <source>Its progress is in the list of models.</source>
        <translation>Der Fortschritt steht in der Liste der Modelle.</translation>
    </message>
    <message>
        <source>Its server decides about the rest.</source>
        <translation>Über den Rest entscheidet der Server.</translation>
    </message>
    <message>
        <source>Its weights are packed in a form that is not read here</source>
        <translation>Seine Gewichte sind in einer Form gepackt, die hier nicht gelesen wird</translation>
    </message>
    <message>
        <source>J per token</source>
        <translation>J je Token</translation>
    </message>
    <message>
        <source>Jan could not answer this: {code}.</source>
        <translation>Jan konnte das nicht beantworten: {code}.</translation>
    </message>
    <message>
        <source>Jump to the newest</source>
        <translation>Zum Neuesten springen</translation>
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
        <translation>KL: mittlere Divergenz von demselben Modell in float32, in Nat.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep as a preset</source>
        <translation>Als Voreinstellung behalten</translation>
    </message>
    <message>
        <source>Keep chats</source>
        <translation>Chats aufbewahren</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Aufbewahren</translation>
    </message>
    <message>
        <source>Keep the key in an environment variable instead: `llmdesk models add URL --key-env NAME`.</source>
        <translation>Den Schlüssel stattdessen in einer Umgebungsvariablen aufbewahren: `llmdesk models add URL --key-env NAME`.</translation>
    </message>
    <message>
        <source>Keep these values as a preset</source>
        <translation>Diese Werte als Voreinstellung behalten</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>Kernel</translation>
    </message>
    <message>
        <source>Kernels and stack: {stack}</source>
        <translation>Kernel und Laufzeit: {stack}</translation>
    </message>
    <message>
        <source>Kernels: llmdesk's own for {isa}; the weights are {precision}</source>
        <translation>Kernel: llmdesks eigene für {isa}; die Gewichte sind {precision}</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Key: {name}</source>
        <translation>Schlüssel: {name}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Known are {what}; or give a config.json.</source>
        <translation>Bekannt sind {what}; oder eine config.json angeben.</translation>
    </message>
    <message>
        <source>Lane {number}</source>
        <translation>Bahn {number}</translation>
    </message>
    <message>
        <source>Lanes</source>
        <translation>Bahnen</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Größer</translation>
    </message>
    <message>
        <source>Largest request</source>
        <translation>Größte Anfrage</translation>
    </message>
    <message>
        <source>Last answer</source>
        <translation>Letzte Antwort</translation>
    </message>
    <message>
        <source>Last measured</source>
        <translation>Zuletzt gemessen</translation>
    </message>
    <message>
        <source>Learning the meaning of {done:,} of {total:,} passages</source>
        <translation>Bedeutung von {done:,} von {total:,} Textstellen wird erfasst</translation>
    </message>
    <message>
        <source>Leave out the oldest turns</source>
        <translation>Die ältesten Nachrichten weglassen</translation>
    </message>
    <message>
        <source>Leave out the oldest turns; the system prompt stays</source>
        <translation>Die ältesten Nachrichten weglassen; der Systemprompt bleibt</translation>
    </message>
    <message>
        <source>Leave stand mode</source>
        <translation>Standmodus verlassen</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Let Ollama fetch them: ollama pull {name}</source>
        <translation>Von Ollama herunterladen lassen: ollama pull {name}</translation>
    </message>
    <message>
        <source>Let the model think, or not</source>
        <translation>Das Modell denken lassen oder nicht</translation>
    </message>
    <message>
        <source>Let the program that began it finish it, then open the whole file.</source>
        <translation>Den Download mit dem Programm abschließen, das ihn begann, dann die ganze Datei öffnen.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Licence: {name}.</source>
        <translation>Lizenz: {name}.</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Light, dark, or as the system.</source>
        <translation>Hell, dunkel oder wie das System.</translation>
    </message>
    <message>
        <source>List five things to check before buying a used laptop.</source>
        <translation>Nenne fünf Dinge, die man vor dem Kauf eines gebrauchten Laptops prüfen sollte.</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Live figures</source>
        <translation>Live-Werte</translation>
    </message>
    <message>
        <source>Live figures in a window of their own</source>
        <translation>Live-Werte in eigenem Fenster</translation>
    </message>
    <message>
        <source>Load as {precision}: {meaning}</source>
        <translation>Als {precision} laden: {meaning}</translation>
    </message>
    <message>
        <source>Load as {precision}: {meaning}, its default</source>
        <translation>Als {precision} laden: {meaning}, der Standard</translation>
    </message>
    <message>
        <source>Load average {load}</source>
        <translation>Mittlere Last {load}</translation>
    </message>
    <message>
        <source>Load the model again.</source>
        <translation>Das Modell neu laden.</translation>
    </message>
    <message>
        <source>Loaded in {seconds} s</source>
        <translation>In {seconds} s geladen</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>Das Laden wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Loading {name} ({precision})</source>
        <translation>{name} ({precision}) wird geladen</translation>
    </message>
    <message>
        <source>Loading {name} ({precision}): {phase}, {percent} %</source>
        <translation>{name} ({precision}) wird geladen: {phase}, {percent} %</translation>
    </message>
    <message>
        <source>Loading {title}, {percent}</source>
        <translation>{title} wird geladen, {percent}</translation>
    </message>
    <message>
        <source>Loading {title}: {phase}</source>
        <translation>{title} wird geladen: {phase}</translation>
    </message>
    <message>
        <source>Loading {title}: {phase} ({other} stays until then)</source>
        <translation>{title} wird geladen: {phase} ({other} bleibt bis dahin)</translation>
    </message>
    <message>
        <source>Local server</source>
        <translation>Lokaler Server</translation>
    </message>
    <message>
        <source>Local server: {state}</source>
        <translation>Lokaler Server: {state}</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Longest answer, tokens</source>
        <translation>Längste Antwort, Token</translation>
    </message>
    <message>
        <source>Longest passages together</source>
        <translation>Fundstellen zusammen höchstens</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Look at its rights, or choose another one.</source>
        <translation>Seine Rechte prüfen oder einen anderen wählen.</translation>
    </message>
    <message>
        <source>Look at the rights of file and folder. {again}</source>
        <translation>Die Rechte von Datei und Ordner prüfen. {again}</translation>
    </message>
    <message>
        <source>Look at the rights of the data folder.</source>
        <translation>Die Rechte des Datenordners prüfen.</translation>
    </message>
    <message>
        <source>Look at which index pip is set to use (pip config list).</source>
        <translation>Nachsehen, welcher Index für pip eingestellt ist (pip config list).</translation>
    </message>
    <message>
        <source>Look at {name}</source>
        <translation>{name} ansehen</translation>
    </message>
    <message>
        <source>Look for a newer version…</source>
        <translation>Nach einer neueren Fassung sehen …</translation>
    </message>
    <message>
        <source>Look for changed files of {name}</source>
        <translation>Nach geänderten Dateien von {name} suchen</translation>
    </message>
    <message>
        <source>Look for newer versions</source>
        <translation>Nach neueren Versionen sehen</translation>
    </message>
    <message>
        <source>Look where you have it from.</source>
        <translation>Dort nachsehen, woher es stammt.</translation>
    </message>
    <message>
        <source>Looking at the disk…</source>
        <translation>Der Datenträger wird durchgesehen …</translation>
    </message>
    <message>
        <source>Looking at the image, {percent}</source>
        <translation>Sieht sich das Bild an, {percent}</translation>
    </message>
    <message>
        <source>Looking at {name}…</source>
        <translation>{name} wird angesehen …</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Make a key: `llmdesk serve key add NAME`. Or give one as --api-key or {variable}.</source>
        <translation>Einen Schlüssel erzeugen: `llmdesk serve key add NAME`. Oder einen mit --api-key oder {variable} angeben.</translation>
    </message>
    <message>
        <source>Make a list</source>
        <translation>Eine Liste machen</translation>
    </message>
    <message>
        <source>Make a new one.</source>
        <translation>Einen neuen erzeugen.</translation>
    </message>
    <message>
        <source>Make it smaller in an image editor, then attach that.</source>
        <translation>Verkleinern Sie es in einem Bildprogramm und hängen Sie das an.</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Markdown files in a ZIP</source>
        <translation>Markdown-Dateien in einem ZIP</translation>
    </message>
    <message>
        <source>Markdown files in a folder</source>
        <translation>Markdown-Dateien in einem Ordner</translation>
    </message>
    <message>
        <source>Mean divergence from the same model in float32, in nats.</source>
        <translation>Mittlere Divergenz von demselben Modell in float32, in Nat.</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Measure fewer.</source>
        <translation>Weniger messen.</translation>
    </message>
    <message>
        <source>Measure here</source>
        <translation>Hier messen</translation>
    </message>
    <message>
        <source>Measure here as {precision}, with random weights</source>
        <translation>Hier als {precision} messen, mit zufälligen Gewichten</translation>
    </message>
    <message>
        <source>Measure its fidelity as {precision}</source>
        <translation>Treue als {precision} messen</translation>
    </message>
    <message>
        <source>Measure its speed as {precision}</source>
        <translation>Geschwindigkeit als {precision} messen</translation>
    </message>
    <message>
        <source>Measured by a benchmark: writing, nothing before it.</source>
        <translation>Von einem Benchmark gemessen: Schreiben ohne Text davor.</translation>
    </message>
    <message>
        <source>Measured in chats: the median of the newest answers.</source>
        <translation>In Chats gemessen: der Median der neuesten Antworten.</translation>
    </message>
    <message>
        <source>Measured just now.</source>
        <translation>Gerade eben gemessen.</translation>
    </message>
    <message>
        <source>Measured with random weights of its shape: speed does not depend on what they are.</source>
        <translation>Mit zufälligen Gewichten seiner Form gemessen: Die Geschwindigkeit hängt nicht von ihren Werten ab.</translation>
    </message>
    <message>
        <source>Measured {ago}.</source>
        <translation>Gemessen {ago}.</translation>
    </message>
    <message>
        <source>Measuring the memory</source>
        <translation>Der Speicher wird gemessen</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Memory bandwidth</source>
        <translation>Speicherbandbreite</translation>
    </message>
    <message>
        <source>Memory is nearly full: {free} GB are free.</source>
        <translation>Speicher fast voll: noch {free} GB frei.</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>Speichergrenze</translation>
    </message>
    <message>
        <source>Memory read at {speed} GB/s</source>
        <translation>Speicher gelesen mit {speed} GB/s</translation>
    </message>
    <message>
        <source>Memory, nothing measured</source>
        <translation>Speicher, nichts gemessen</translation>
    </message>
    <message>
        <source>Memory, now {values} of {total} GB</source>
        <translation>Speicher, jetzt {values} von {total} GB</translation>
    </message>
    <message>
        <source>Memory-bound: faster memory would help, more cores would not.</source>
        <translation>Vom Speicher begrenzt: Schnellerer Speicher würde helfen, mehr Kerne nicht.</translation>
    </message>
    <message>
        <source>Mend it first.</source>
        <translation>Zuerst die Datei berichtigen.</translation>
    </message>
    <message>
        <source>Mend it there and copy what you need.</source>
        <translation>Dort berichtigen und das Benötigte übernehmen.</translation>
    </message>
    <message>
        <source>Mend it there; nothing was taken over.</source>
        <translation>Dort berichtigen; übernommen wurde nichts.</translation>
    </message>
    <message>
        <source>Mend it; defaults count meanwhile.</source>
        <translation>Die Datei berichtigen; bis dahin gelten die Standardwerte.</translation>
    </message>
    <message>
        <source>Mend the line, or take it out; until then its default counts.</source>
        <translation>Die Zeile berichtigen oder entfernen; bis dahin gilt der Standardwert.</translation>
    </message>
    <message>
        <source>Mend the line, or take the entry out; the other models still work.</source>
        <translation>Die Zeile berichtigen oder den Eintrag entfernen; die anderen Modelle funktionieren weiterhin.</translation>
    </message>
    <message>
        <source>Mend the line; the shipped models still work.</source>
        <translation>Die Zeile berichtigen; die mitgelieferten Modelle funktionieren weiterhin.</translation>
    </message>
    <message>
        <source>Mend them, or move them out of the folder; then look for changed files.</source>
        <translation>Die Dateien reparieren oder aus dem Ordner verschieben; dann nach geänderten Dateien suchen.</translation>
    </message>
    <message>
        <source>Merge it into its model ({base}) with llama-export-lora, and open the result.</source>
        <translation>Mit llama-export-lora in das zugehörige Modell ({base}) einarbeiten und das Ergebnis öffnen.</translation>
    </message>
    <message>
        <source>Merge it into its model with the tool that made it (merge_and_unload), and open the result.</source>
        <translation>Mit dem Werkzeug, das ihn erzeugt hat, in sein Modell einarbeiten (merge_and_unload) und das Ergebnis öffnen.</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Message {title}</source>
        <translation>Nachricht an {title}</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>Spiegel</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Model at the start</source>
        <translation>Modell beim Start</translation>
    </message>
    <message>
        <source>Model that finds by meaning</source>
        <translation>Modell für die Suche nach Bedeutung</translation>
    </message>
    <message>
        <source>Model: {title}</source>
        <translation>Modell: {title}</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Models from the hub</source>
        <translation>Modelle vom Hub</translation>
    </message>
    <message>
        <source>Models of the kind “{kind}” cannot be written as GGUF files yet, only {known}.</source>
        <translation>Modelle der Art „{kind}“ können noch nicht als GGUF-Datei geschrieben werden, nur {known}.</translation>
    </message>
    <message>
        <source>Models run on this machine and nothing you type leaves it, unless you choose a model on a server: then your chat goes to that server, which the window names. llmdesk reports nothing to anybody.</source>
        <translation>Modelle laufen auf diesem Rechner, und nichts Geschriebenes verlässt ihn, außer es wird ein Modell auf einem Server gewählt: Dann geht der Chat an diesen Server, den das Fenster nennt. llmdesk meldet niemandem etwas.</translation>
    </message>
    <message>
        <source>Models that see</source>
        <translation>Modelle, die sehen</translation>
    </message>
    <message>
        <source>Models that see are shown the image; all others are told its name only.</source>
        <translation>Modellen, die sehen, wird das Bild gezeigt; allen anderen wird nur sein Name gesagt.</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>More for this answer</source>
        <translation>Mehr zu dieser Antwort</translation>
    </message>
    <message>
        <source>More for this model</source>
        <translation>Mehr zu diesem Modell</translation>
    </message>
    <message>
        <source>More for this prompt</source>
        <translation>Mehr zu diesem Prompt</translation>
    </message>
    <message>
        <source>More than {n} prompt tokens were to be read: nothing is written meanwhile.</source>
        <translation>Mehr als {n} Prompt-Token waren zu lesen: Währenddessen wird nichts geschrieben.</translation>
    </message>
    <message>
        <source>Most connections</source>
        <translation>Höchstzahl Verbindungen</translation>
    </message>
    <message>
        <source>Most messages</source>
        <translation>Höchstzahl Nachrichten</translation>
    </message>
    <message>
        <source>Most passages in a prompt</source>
        <translation>Fundstellen je Prompt höchstens</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Move it away, or start `llmdesk serve` from it.</source>
        <translation>Sie an einen anderen Ort verschieben oder `llmdesk serve` aus ihr starten.</translation>
    </message>
    <message>
        <source>Move the conversation</source>
        <translation>In der Unterhaltung blättern</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>In Ordner verschieben</translation>
    </message>
    <message>
        <source>Move to the archive</source>
        <translation>Ins Archiv verschieben</translation>
    </message>
    <message>
        <source>My preset</source>
        <translation>Meine Voreinstellung</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of a new key</source>
        <translation>Name eines neuen Schlüssels</translation>
    </message>
    <message>
        <source>Name of the collection</source>
        <translation>Name der Sammlung</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>Name des Ordners</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Voreinstellung</translation>
    </message>
    <message>
        <source>Names of this machine</source>
        <translation>Namen dieses Rechners</translation>
    </message>
    <message>
        <source>Native</source>
        <translation>Nativ</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner …</translation>
    </message>
    <message>
        <source>New key and QR code</source>
        <translation>Neuer Schlüssel und QR-Code</translation>
    </message>
    <message>
        <source>New private chat</source>
        <translation>Neuer privater Chat</translation>
    </message>
    <message>
        <source>New prompt</source>
        <translation>Neuer Prompt</translation>
    </message>
    <message>
        <source>New race</source>
        <translation>Neues Rennen</translation>
    </message>
    <message>
        <source>Newer versions are looked for of models from the hub only.</source>
        <translation>Nach neueren Fassungen wird nur bei Modellen vom Hub gesucht.</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Als Nächstes</translation>
    </message>
    <message>
        <source>Next version of the answer</source>
        <translation>Nächste Version der Antwort</translation>
    </message>
    <message>
        <source>Next version of the prompt</source>
        <translation>Nächste Version des Prompts</translation>
    </message>
    <message>
        <source>No answer gets longer than this.</source>
        <translation>Keine Antwort wird länger als das.</translation>
    </message>
    <message>
        <source>No answers kept</source>
        <translation>Keine Antworten gespeichert</translation>
    </message>
    <message>
        <source>No chat is archived.</source>
        <translation>Kein Chat ist archiviert.</translation>
    </message>
    <message>
        <source>No chat that is sent to the server may have more messages.</source>
        <translation>Kein an den Server gesendeter Chat darf mehr Nachrichten haben.</translation>
    </message>
    <message>
        <source>No folder is searched yet</source>
        <translation>Noch wird kein Ordner durchsucht</translation>
    </message>
    <message>
        <source>No key is needed as long as there is none; make one to keep other users of this machine out.</source>
        <translation>Solange es keinen Schlüssel gibt, ist keiner nötig; ein Schlüssel hält andere Benutzer dieses Rechners fern.</translation>
    </message>
    <message>
        <source>No lane came to its end.</source>
        <translation>Keine Bahn kam ins Ziel.</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>No model in memory</source>
        <translation>Kein Modell im Speicher</translation>
    </message>
    <message>
        <source>No model is on this machine yet</source>
        <translation>Noch kein Modell auf diesem Rechner</translation>
    </message>
    <message>
        <source>No model is on this machine yet.</source>
        <translation>Auf diesem Rechner ist noch kein Modell.</translation>
    </message>
    <message>
        <source>No model of this name is in the list. Enter searches the hub for it.</source>
        <translation>Kein Modell dieses Namens steht in der Liste. Die Eingabetaste sucht es auf dem Hub.</translation>
    </message>
    <message>
        <source>No other machine can reach it. All networks lets phones in this room use it, too, with a key.</source>
        <translation>Kein anderer Rechner kann ihn erreichen. Mit „Alle Netzwerke“ können auch Telefone in diesem Raum ihn benutzen, mit einem Schlüssel.</translation>
    </message>
    <message>
        <source>No program for this file was found.</source>
        <translation>Für diese Datei wurde kein Programm gefunden.</translation>
    </message>
    <message>
        <source>No request to the server may be larger.</source>
        <translation>Keine Anfrage an den Server darf größer sein.</translation>
    </message>
    <message>
        <source>No secure connection to {host} could be made.</source>
        <translation>Zu {host} war keine sichere Verbindung möglich.</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>Keine Einstellung enthält diese Wörter.</translation>
    </message>
    <message>
        <source>No system prompt</source>
        <translation>Kein Systemprompt</translation>
    </message>
    <message>
        <source>No tokens</source>
        <translation>Keine Token</translation>
    </message>
    <message>
        <source>No verdict: fewer than two lanes have a speed.</source>
        <translation>Kein Urteil: Weniger als zwei Bahnen haben eine Geschwindigkeit.</translation>
    </message>
    <message>
        <source>Nobody publishes versions of this build of llmdesk.</source>
        <translation>Von dieser Ausgabe von llmdesk veröffentlicht niemand Versionen.</translation>
    </message>
    <message>
        <source>Not enough space in {parent}: {needed:.2f} GB are needed, {free:.2f} GB are free.</source>
        <translation>In {parent} ist nicht genug Platz: {needed:.2f} GB werden benötigt, {free:.2f} GB sind frei.</translation>
    </message>
    <message>
        <source>Not every system can have files of such names: rename them and back up again.</source>
        <translation>Nicht jedes System kann Dateien mit solchen Namen haben: umbenennen und noch einmal sichern.</translation>
    </message>
    <message>
        <source>Not memory-bound: faster or more cores would help, faster memory would not.</source>
        <translation>Nicht vom Speicher begrenzt: Schnellere oder mehr Kerne würden helfen, schnellerer Speicher nicht.</translation>
    </message>
    <message>
        <source>Not memory-bound: other programs take the processor.</source>
        <translation>Nicht vom Speicher begrenzt: Andere Programme belegen den Prozessor.</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>Not seen by the model</source>
        <translation>Für das Modell unsichtbar</translation>
    </message>
    <message>
        <source>Not sent while the first one is being edited</source>
        <translation>Nicht gesendet beim Bearbeiten</translation>
    </message>
    <message>
        <source>Not sent yet</source>
        <translation>Noch nicht gesendet</translation>
    </message>
    <message>
        <source>Not sent, for the answer did not come to its end</source>
        <translation>Nicht gesendet: Antwort unfertig</translation>
    </message>
    <message>
        <source>Not sent, for the answer failed</source>
        <translation>Nicht gesendet nach einem Fehler</translation>
    </message>
    <message>
        <source>Not sent, for the answer was stopped</source>
        <translation>Nicht gesendet nach dem Abbruch</translation>
    </message>
    <message>
        <source>Nothing answers at {host}.</source>
        <translation>An {host} antwortet nichts.</translation>
    </message>
    <message>
        <source>Nothing found for “{words}”.</source>
        <translation>Nichts gefunden für „{words}“.</translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>Nichts gefunden.</translation>
    </message>
    <message>
        <source>Nothing in the window moves; auto: where the system asks for that.</source>
        <translation>Im Fenster bewegt sich nichts; auto: wo das System es verlangt.</translation>
    </message>
    <message>
        <source>Nothing is being answered.</source>
        <translation>Gerade wird nichts beantwortet.</translation>
    </message>
    <message>
        <source>Nothing of it fits into this machine's memory.</source>
        <translation>Nichts davon passt in den Speicher dieses Rechners.</translation>
    </message>
    <message>
        <source>Nothing of what was found fits this machine.</source>
        <translation>Keiner der Treffer passt auf diesen Rechner.</translation>
    </message>
    <message>
        <source>Nothing on this machine yet</source>
        <translation>Noch nichts auf diesem Rechner</translation>
    </message>
    <message>
        <source>Nothing that fits was found in {where}.</source>
        <translation>In {where} wurde nichts Passendes gefunden.</translation>
    </message>
    <message>
        <source>Nothing to be found</source>
        <translation>Nichts zu finden</translation>
    </message>
    <message>
        <source>Nothing was answered yet, or it was erased. Counted are the answers of kept chats.</source>
        <translation>Noch wurde nichts beantwortet, oder es wurde gelöscht. Gezählt werden die Antworten der behaltenen Chats.</translation>
    </message>
    <message>
        <source>Nothing was asked, so nothing was recorded.</source>
        <translation>Nichts wurde gefragt, also wurde nichts aufgezeichnet.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Nothing was changed. Do not trust this file.</source>
        <translation>Nichts wurde geändert. Dieser Datei ist nicht zu trauen.</translation>
    </message>
    <message>
        <source>Nothing was fetched. Try again later; if it happens again, somebody on the way may be changing the file.</source>
        <translation>Nichts wurde geladen. Später noch einmal versuchen; geschieht es wieder, ändert vielleicht jemand unterwegs die Datei.</translation>
    </message>
    <message>
        <source>Nothing was found.</source>
        <translation>Nichts gefunden.</translation>
    </message>
    <message>
        <source>Nothing was found. Other words may find it.</source>
        <translation>Nichts gefunden. Andere Wörter finden es vielleicht.</translation>
    </message>
    <message>
        <source>Nothing was found. Try fewer words, or other filters.</source>
        <translation>Nichts gefunden. Weniger Wörter oder andere Filter versuchen.</translation>
    </message>
    <message>
        <source>Nothing was measured here yet: 40 to 90 % are assumed.</source>
        <translation>Hier wurde noch nichts gemessen: Angenommen werden 40 bis 90 %.</translation>
    </message>
    <message>
        <source>Nothing was measured on this machine yet. Run measures what is picked above.</source>
        <translation>Auf diesem Rechner wurde noch nichts gemessen. Der Start misst, was oben gewählt ist.</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Now passages are found if they have words of the question. A small model, {title}, which is fetched once and runs on this machine, finds those that say it in other words.</source>
        <translation>Jetzt werden Textstellen gefunden, die Wörter der Frage enthalten. Ein kleines Modell, {title}, das einmal geladen wird und auf diesem Rechner läuft, findet auch solche, die es anders sagen.</translation>
    </message>
    <message>
        <source>Of memory</source>
        <translation>Vom Speicher</translation>
    </message>
    <message>
        <source>Of your own: {names}</source>
        <translation>Eigene: {names}</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Off. While it is on, other programs can use the models that llmdesk has.</source>
        <translation>Aus. Ist er an, können andere Programme die Modelle von llmdesk benutzen.</translation>
    </message>
    <message>
        <source>Offline mode</source>
        <translation>Offline-Modus</translation>
    </message>
    <message>
        <source>Offline mode: no model is searched for or fetched, and nobody is asked.</source>
        <translation>Offline-Modus: kein Modell wird gesucht oder geholt, und niemand wird gefragt.</translation>
    </message>
    <message>
        <source>On</source>
        <translation>An</translation>
    </message>
    <message>
        <source>On the Intel GPU the weights are held in 16 bits.</source>
        <translation>Auf der Intel-GPU liegen die Gewichte in 16 Bit.</translation>
    </message>
    <message>
        <source>On, and open to the network: whoever has a key can use it.</source>
        <translation>An und im Netzwerk offen: Wer einen Schlüssel hat, kann ihn benutzen.</translation>
    </message>
    <message>
        <source>On, for programs on this machine.</source>
        <translation>An, für Programme auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Once a day llmdesk looks whether there is a newer version, and tells; nothing is installed by itself.</source>
        <translation>Einmal am Tag sieht llmdesk nach, ob es eine neuere Version gibt, und sagt es; von selbst wird nichts installiert.</translation>
    </message>
    <message>
        <source>One lane computes at a time; the others wait. What you see now is the measurement, not the race.</source>
        <translation>Eine Bahn rechnet, die anderen warten. Zu sehen ist jetzt die Messung, nicht das Rennen.</translation>
    </message>
    <message>
        <source>One moment: the model is being made ready</source>
        <translation>Einen Moment: Das Modell wird vorbereitet</translation>
    </message>
    <message>
        <source>Only folders can be collections.</source>
        <translation>Nur Ordner können Sammlungen sein.</translation>
    </message>
    <message>
        <source>Only if it wants one; kept in the system's keyring</source>
        <translation>Nur wenn er einen verlangt; bleibt im Schlüsselbund des Systems</translation>
    </message>
    <message>
        <source>Only so many of the likeliest tokens are drawn from; 0: all.</source>
        <translation>Nur aus so vielen der wahrscheinlichsten Token wird gezogen; 0: aus allen.</translation>
    </message>
    <message>
        <source>Only the likeliest tokens that make up this share; 1: all.</source>
        <translation>Nur die wahrscheinlichsten Token, die diesen Anteil ausmachen; 1: alle.</translation>
    </message>
    <message>
        <source>Only tokens of this share of the likeliest one's; 0: all.</source>
        <translation>Nur Token mit diesem Anteil an der Wahrscheinlichkeit des ersten; 0: alle.</translation>
    </message>
    <message>
        <source>Only what fits this machine</source>
        <translation>Nur was auf diesen Rechner passt</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Open GGUF file…</source>
        <translation>GGUF-Datei öffnen …</translation>
    </message>
    <message>
        <source>Open a GGUF file</source>
        <translation>Eine GGUF-Datei öffnen</translation>
    </message>
    <message>
        <source>Open a folder that holds these files of the model, too.</source>
        <translation>Einen Ordner öffnen, der auch diese Dateien des Modells enthält.</translation>
    </message>
    <message>
        <source>Open a folder with a model</source>
        <translation>Einen Ordner mit einem Modell öffnen</translation>
    </message>
    <message>
        <source>Open a race</source>
        <translation>Rennen öffnen</translation>
    </message>
    <message>
        <source>Open a race…</source>
        <translation>Rennen öffnen…</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open it from its new place.</source>
        <translation>Am neuen Ort öffnen.</translation>
    </message>
    <message>
        <source>Open its page…</source>
        <translation>Seine Seite öffnen …</translation>
    </message>
    <message>
        <source>Open link</source>
        <translation>Link öffnen</translation>
    </message>
    <message>
        <source>Open log</source>
        <translation>Protokoll öffnen</translation>
    </message>
    <message>
        <source>Open one of them: {names}.</source>
        <translation>Eine davon öffnen: {names}.</translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>Open the file or folder that its line FROM names.</source>
        <translation>Die Datei oder den Ordner öffnen, den die Zeile FROM nennt.</translation>
    </message>
    <message>
        <source>Open the file…</source>
        <translation>Datei öffnen…</translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation>Protokoll öffnen</translation>
    </message>
    <message>
        <source>Open the model by its file below manifests, as manifests/registry.ollama.ai/library/llama3.2/latest.</source>
        <translation>Das Modell über seine Datei unter manifests öffnen, etwa manifests/registry.ollama.ai/library/llama3.2/latest.</translation>
    </message>
    <message>
        <source>Open the model that it was made from, or one into which the adapter was merged.</source>
        <translation>Das Modell öffnen, aus dem es gemacht wurde, oder eines, in das der Adapter eingearbeitet wurde.</translation>
    </message>
    <message>
        <source>Open the model's own GGUF file instead; it lies beside this one where that was published.</source>
        <translation>Stattdessen die GGUF-Datei des Modells selbst öffnen; sie liegt dort, wo diese veröffentlicht wurde.</translation>
    </message>
    <message>
        <source>Open the model's safetensors folder instead.</source>
        <translation>Stattdessen den safetensors-Ordner des Modells öffnen.</translation>
    </message>
    <message>
        <source>Open this address outside llmdesk?</source>
        <translation>Diese Adresse außerhalb von llmdesk öffnen?</translation>
    </message>
    <message>
        <source>Open this file in the program that the system has for it?</source>
        <translation>Diese Datei in dem Programm öffnen, das das System dafür hat?</translation>
    </message>
    <message>
        <source>Operations of the prompt that was read last (two for each weight of the layers, and attention), per second, as a share of the processor's speed in matrix products, measured while nothing else runs.</source>
        <translation>Rechenoperationen des zuletzt gelesenen Prompts (zwei je Gewicht der Schichten, dazu Attention) pro Sekunde, als Anteil an der im Leerlauf gemessenen Geschwindigkeit des Prozessors bei Matrixprodukten.</translation>
    </message>
    <message>
        <source>Or set HF_TOKEN.</source>
        <translation>Oder HF_TOKEN setzen.</translation>
    </message>
    <message>
        <source>Other programs take {share}, so answers come slower.</source>
        <translation>Andere Programme ({share}) bremsen die Antworten.</translation>
    </message>
    <message>
        <source>Out of a GGUF file of such a model another precision can be made.</source>
        <translation>Aus einer GGUF-Datei eines solchen Modells kann eine andere Genauigkeit gemacht werden.</translation>
    </message>
    <message>
        <source>Out of its folder</source>
        <translation>Aus dem Ordner nehmen</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>PDFs in a ZIP</source>
        <translation>PDFs in einem ZIP</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Pages that are images have to be recognized first.</source>
        <translation>Seiten, die Bilder sind, müssen zuerst erkannt werden.</translation>
    </message>
    <message>
        <source>Painted {painted} of {came} tok/s, {behind} ms behind the engine</source>
        <translation>{painted} von {came} Token/s gezeichnet, {behind} ms hinter der Engine</translation>
    </message>
    <message>
        <source>Passages are found by their words only: the sentence model is not on this machine.</source>
        <translation>Textstellen werden nur nach ihren Wörtern gefunden: Das Satzmodell ist nicht auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Passages are found by their words only: the settings name no sentence model.</source>
        <translation>Textstellen werden nur nach ihren Wörtern gefunden: In den Einstellungen ist kein Satzmodell genannt.</translation>
    </message>
    <message>
        <source>Passages of these files that fit a question go to the model with it.</source>
        <translation>Textstellen dieser Dateien, die zu einer Frage passen, gehen mit ihr an das Modell.</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Pause the graphs</source>
        <translation>Diagramme anhalten</translation>
    </message>
    <message>
        <source>Pause the graphs, or back to live</source>
        <translation>Diagramme anhalten, oder zurück zu live</translation>
    </message>
    <message>
        <source>Paused, {ago}</source>
        <translation>Angehalten, {ago}</translation>
    </message>
    <message>
        <source>Phones in the same network scan it: it opens {address} with the key. Show it to nobody else.</source>
        <translation>Telefone im selben Netzwerk scannen ihn: Er öffnet {address} mit dem Schlüssel. Sonst niemandem zeigen.</translation>
    </message>
    <message>
        <source>Pick several depths to see how a long chat slows the model down.</source>
        <translation>Mehrere Tiefen wählen, um zu sehen, wie ein langer Chat das Modell bremst.</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Pin the chat, or unpin it</source>
        <translation>Den Chat anheften oder lösen</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Place in the race</source>
        <translation>Stelle im Rennen</translation>
    </message>
    <message>
        <source>Place in the recording</source>
        <translation>Stelle in der Aufzeichnung</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Play a recording</source>
        <translation>Aufzeichnung abspielen</translation>
    </message>
    <message>
        <source>Play a recording while nobody is there</source>
        <translation>Aufnahme abspielen, wenn niemand da ist</translation>
    </message>
    <message>
        <source>Play a recording…</source>
        <translation>Aufzeichnung abspielen…</translation>
    </message>
    <message>
        <source>Play it</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Please note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Port {free} is free: `llmdesk serve --port {free}`.</source>
        <translation>Port {free} ist frei: `llmdesk serve --port {free}`.</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>Leistung</translation>
    </message>
    <message>
        <source>Power of the {source} over the last half second. Per token: its mean over the last two seconds, by the tokens per second of the last one.</source>
        <translation>Leistungsaufnahme ({source}) in der letzten halben Sekunde. Pro Token: ihr Mittel der letzten zwei Sekunden, geteilt durch die Token pro Sekunde der letzten.</translation>
    </message>
    <message>
        <source>Power, now {value}</source>
        <translation>Leistung, jetzt {value}</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>Präzise</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Precision: {precision}</source>
        <translation>Genauigkeit: {precision}</translation>
    </message>
    <message>
        <source>Precisions</source>
        <translation>Genauigkeiten</translation>
    </message>
    <message>
        <source>Presenter mode</source>
        <translation>Vortragsmodus</translation>
    </message>
    <message>
        <source>Preset of new chats</source>
        <translation>Voreinstellung neuer Chats</translation>
    </message>
    <message>
        <source>Presets (*.toml *.json);;All files (*)</source>
        <translation>Voreinstellungen (*.toml *.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Presets of your own</source>
        <translation>Eigene Voreinstellungen</translation>
    </message>
    <message>
        <source>Presets of your own, each a table [sampling.presets.NAME] with the keys of sampling.custom.</source>
        <translation>Eigene Voreinstellungen, jede eine Tabelle [sampling.presets.NAME] mit den Schlüsseln von sampling.custom.</translation>
    </message>
    <message>
        <source>Presets stand in the list at the top.</source>
        <translation>Voreinstellungen stehen oben in der Liste.</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Previous version of the answer</source>
        <translation>Vorige Version der Antwort</translation>
    </message>
    <message>
        <source>Previous version of the prompt</source>
        <translation>Vorige Version des Prompts</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>Private chat – llmdesk</source>
        <translation>Privater Chat – llmdesk</translation>
    </message>
    <message>
        <source>Private chat: nothing of it is written to the disk, and it is gone when it is closed.</source>
        <translation>Privater Chat: Nichts davon wird auf den Datenträger geschrieben, und beim Schließen ist er weg.</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Processor or Intel GPU, from the next load on.</source>
        <translation>Prozessor oder Intel-GPU, ab dem nächsten Laden.</translation>
    </message>
    <message>
        <source>Processor, nothing measured</source>
        <translation>Prozessor, nichts gemessen</translation>
    </message>
    <message>
        <source>Processor, now {values}</source>
        <translation>Prozessor, jetzt {values}</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Prompt compute</source>
        <translation>Prompt-Berechnung</translation>
    </message>
    <message>
        <source>Prompt lookup</source>
        <translation>Prompt-Lookup</translation>
    </message>
    <message>
        <source>Prompt tokens</source>
        <translation>Prompt-Token</translation>
    </message>
    <message>
        <source>Prompt {percent} read</source>
        <translation>Prompt zu {percent} gelesen</translation>
    </message>
    <message>
        <source>Prompt's length</source>
        <translation>Länge des Prompts</translation>
    </message>
    <message>
        <source>Prompt: {prompt}</source>
        <translation>Prompt: {prompt}</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>Prompts</translation>
    </message>
    <message>
        <source>Prompts (*.toml);;All files (*)</source>
        <translation>Prompts (*.toml);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Prompts and commands</source>
        <translation>Prompts und Befehle</translation>
    </message>
    <message>
        <source>Prompts for visitors</source>
        <translation>Prompts für Besucher</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Put all of them into one folder, under the names that they were published with.</source>
        <translation>Alle in einen Ordner legen, unter den Namen, unter denen sie veröffentlicht wurden.</translation>
    </message>
    <message>
        <source>Put in</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Put the pieces together in their order (cat {whole}?* &gt; {whole}), then open {whole}.</source>
        <translation>Die Stücke in ihrer Reihenfolge zusammensetzen (cat {whole}?* &gt; {whole}), dann {whole} öffnen.</translation>
    </message>
    <message>
        <source>PyTorch and transformers are not installed.</source>
        <translation>PyTorch und transformers sind nicht installiert.</translation>
    </message>
    <message>
        <source>PyTorch's operators</source>
        <translation>Operatoren von PyTorch</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
    <message>
        <source>QR code for {address}</source>
        <translation>QR-Code für {address}</translation>
    </message>
    <message>
        <source>QR code that opens {address} with a key</source>
        <translation>QR-Code, der {address} mit einem Schlüssel öffnet</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Einreihen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Quote in the prompt</source>
        <translation>Im Prompt zitieren</translation>
    </message>
    <message>
        <source>Quote what is selected, or the last answer</source>
        <translation>Auswahl oder letzte Antwort zitieren</translation>
    </message>
    <message>
        <source>REPLAY</source>
        <translation>WIEDERGABE</translation>
    </message>
    <message>
        <source>Race</source>
        <translation>Rennen</translation>
    </message>
    <message>
        <source>Races of llmdesk (*.json)</source>
        <translation>Rennen von llmdesk (*.json)</translation>
    </message>
    <message>
        <source>Races of llmdesk (*.json);;All files (*)</source>
        <translation>Rennen von llmdesk (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Raise engine.memory_limit_gb, or measure a lower precision or a smaller model.</source>
        <translation>engine.memory_limit_gb erhöhen, oder eine niedrigere Genauigkeit oder ein kleineres Modell messen.</translation>
    </message>
    <message>
        <source>Random weights of its shape: speed does not depend on what they are.</source>
        <translation>Zufällige Gewichte seiner Form: Die Geschwindigkeit hängt nicht von ihren Werten ab.</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Wird gelesen</translation>
    </message>
    <message>
        <source>Reading prompt, {done} of {total} tokens</source>
        <translation>Prompt wird gelesen, {done} von {total} Token</translation>
    </message>
    <message>
        <source>Reading prompt, {done} of {total} tokens, {reused} of them reused</source>
        <translation>Prompt wird gelesen, {done} von {total} Token, davon {reused} wiederverwendet</translation>
    </message>
    <message>
        <source>Reading {done:,} of {total:,} files</source>
        <translation>{done:,} von {total:,} Dateien werden gelesen</translation>
    </message>
    <message>
        <source>Reading {tokens} tokens, {run}</source>
        <translation>Lesen von {tokens} Token, {run}</translation>
    </message>
    <message>
        <source>Reading, tok/s</source>
        <translation>Lesen, tok/s</translation>
    </message>
    <message>
        <source>Record what is asked and answered, or stop</source>
        <translation>Fragen und Antworten aufzeichnen, oder damit aufhören</translation>
    </message>
    <message numerus="yes">
        <source>Recorded {when}: {models}. {processor}, %n core(s), {memory}, {program}.</source>
        <translation>
            <numerusform>Aufgenommen am {when}: {models}. {processor}, %Ln Kern, {memory}, {program}.</numerusform>
            <numerusform>Aufgenommen am {when}: {models}. {processor}, %Ln Kerne, {memory}, {program}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Recording to play</source>
        <translation>Aufnahme dafür</translation>
    </message>
    <message>
        <source>Recording. Prompts, answers and figures from now on go into the file; private chats do not.</source>
        <translation>Aufzeichnung läuft. Prompts, Antworten und Zahlen kommen von jetzt an in die Datei; private Chats nicht.</translation>
    </message>
    <message>
        <source>Recordings (*.json *.gz);;All files (*)</source>
        <translation>Aufzeichnungen (*.json *.gz);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Recordings (*.json.gz *.json)</source>
        <translation>Aufzeichnungen (*.json.gz *.json)</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>Weniger Bewegung</translation>
    </message>
    <message>
        <source>Refuse a question that leaves no room for a whole answer</source>
        <translation>Eine Frage ablehnen, die keinen Platz für eine ganze Antwort lässt</translation>
    </message>
    <message>
        <source>Refuse the question</source>
        <translation>Die Frage ablehnen</translation>
    </message>
    <message>
        <source>Regenerate answer</source>
        <translation>Antwort neu erzeugen</translation>
    </message>
    <message>
        <source>Regenerate the answer, or ask for the rest of it.</source>
        <translation>Die Antwort neu erzeugen oder nach dem Rest fragen.</translation>
    </message>
    <message>
        <source>Regenerate the last answer</source>
        <translation>Die letzte Antwort neu erzeugen</translation>
    </message>
    <message>
        <source>Regenerate the last answer with another model</source>
        <translation>Die letzte Antwort mit einem anderen Modell neu erzeugen</translation>
    </message>
    <message>
        <source>Regenerate with another model</source>
        <translation>Mit anderem Modell neu erzeugen</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>Entfernt</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove it above the prompt, then send again.</source>
        <translation>Entfernen Sie sie über der Eingabe und senden Sie noch einmal.</translation>
    </message>
    <message>
        <source>Remove it and its files?</source>
        <translation>Das Modell und seine Dateien entfernen?</translation>
    </message>
    <message>
        <source>Remove it and its files…</source>
        <translation>Modell und Dateien entfernen …</translation>
    </message>
    <message>
        <source>Remove its files from the disk?</source>
        <translation>Die Dateien vom Datenträger entfernen?</translation>
    </message>
    <message>
        <source>Remove its files…</source>
        <translation>Dateien entfernen …</translation>
    </message>
    <message>
        <source>Remove some that are not needed.</source>
        <translation>Entfernen Sie einige, die nicht nötig sind.</translation>
    </message>
    <message>
        <source>Remove the preset of this name</source>
        <translation>Die Voreinstellung dieses Namens entfernen</translation>
    </message>
    <message>
        <source>Remove this lane</source>
        <translation>Diese Bahn entfernen</translation>
    </message>
    <message>
        <source>Remove waiting prompt {number}</source>
        <translation>Wartenden Prompt {number} entfernen</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Removed: “{name}”. Its files stay where they are.</source>
        <translation>Entfernt: „{name}“. Die Dateien bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Rename it, or choose another one.</source>
        <translation>Umbenennen oder einen anderen wählen.</translation>
    </message>
    <message>
        <source>Rename it, or set LLMDESK_HOME to another folder.</source>
        <translation>Ihn umbenennen oder LLMDESK_HOME auf einen anderen Ordner setzen.</translation>
    </message>
    <message>
        <source>Rename the chat</source>
        <translation>Den Chat umbenennen</translation>
    </message>
    <message>
        <source>Rename the file, or the folder that it lies in, then open it again.</source>
        <translation>Die Datei oder den Ordner, in dem sie liegt, umbenennen und dann noch einmal öffnen.</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>{name} umbenennen</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>Replace the file</source>
        <translation>Datei ersetzen</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>Wiedergabe</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>Restore it again, or what was there before: `llmdesk restore {kept}`.</source>
        <translation>Sie noch einmal wiederherstellen, oder was vorher da war: `llmdesk restore {kept}`.</translation>
    </message>
    <message>
        <source>Restore it again.</source>
        <translation>Sie noch einmal wiederherstellen.</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Reused of it</source>
        <translation>Davon wiederverwendet</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>Widerrufen</translation>
    </message>
    <message>
        <source>Revoke the key {name}</source>
        <translation>Den Schlüssel {name} widerrufen</translation>
    </message>
    <message>
        <source>Rewrite</source>
        <translation>Umformulieren</translation>
    </message>
    <message>
        <source>Rewrite this politely: I need the report today, why is it late?</source>
        <translation>Formuliere das höflich um: Ich brauche den Bericht heute, warum ist er zu spät?</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Starten</translation>
    </message>
    <message numerus="yes">
        <source>Run %n test(s)</source>
        <translation>
            <numerusform>%Ln Test starten</numerusform>
            <numerusform>%Ln Tests starten</numerusform>
        </translation>
    </message>
    <message>
        <source>Runs on {device}</source>
        <translation>Läuft auf {device}</translation>
    </message>
    <message>
        <source>Runs on {host} and takes no memory here</source>
        <translation>Läuft auf {host} und benötigt hier keinen Speicher</translation>
    </message>
    <message>
        <source>Sampled, with the same seed in all lanes</source>
        <translation>Sampling, mit demselben Seed auf allen Bahnen</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Sampling</translation>
    </message>
    <message>
        <source>Sampling: {name}</source>
        <translation>Sampling: {name}</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save as prompt</source>
        <translation>Als Prompt speichern</translation>
    </message>
    <message>
        <source>Save code</source>
        <translation>Code speichern</translation>
    </message>
    <message>
        <source>Save it without one, and attach that.</source>
        <translation>Ohne Passwort speichern und das anhängen.</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Save the picture…</source>
        <translation>Bild speichern…</translation>
    </message>
    <message>
        <source>Save the race</source>
        <translation>Rennen speichern</translation>
    </message>
    <message>
        <source>Save the race…</source>
        <translation>Rennen speichern…</translation>
    </message>
    <message>
        <source>Save the recording</source>
        <translation>Aufzeichnung speichern</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern…</translation>
    </message>
    <message>
        <source>Scripted</source>
        <translation>Skript</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search all messages</source>
        <translation>Alle Nachrichten durchsuchen</translation>
    </message>
    <message>
        <source>Search all messages for “{words}”</source>
        <translation>Alle Nachrichten nach „{words}“ durchsuchen</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats suchen</translation>
    </message>
    <message>
        <source>Search prompts</source>
        <translation>Prompts suchen</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>Suchergebnisse</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Einstellungen suchen</translation>
    </message>
    <message>
        <source>Search the hub…</source>
        <translation>Auf dem Hub suchen …</translation>
    </message>
    <message>
        <source>Searched by words only. {why}</source>
        <translation>Nur nach Wörtern gesucht. {why}</translation>
    </message>
    <message>
        <source>Searched by words only: the engine is busy.</source>
        <translation>Nur nach Wörtern gesucht: Die Engine ist beschäftigt.</translation>
    </message>
    <message>
        <source>Searched by words only: the passages are still being prepared.</source>
        <translation>Nur nach Wörtern gesucht: Die Fundstellen werden noch vorbereitet.</translation>
    </message>
    <message>
        <source>Searched by words only: {title} is not on this machine yet.</source>
        <translation>Nur nach Wörtern gesucht: {title} ist noch nicht auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Searched for passages</source>
        <translation>Wird durchsucht</translation>
    </message>
    <message numerus="yes">
        <source>Searched: %n passage(s)</source>
        <translation>
            <numerusform>Durchsucht: %Ln Textstelle</numerusform>
            <numerusform>Durchsucht: %Ln Textstellen</numerusform>
        </translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Wird gesucht</translation>
    </message>
    <message numerus="yes">
        <source>Searching %n passage(s)</source>
        <translation>
            <numerusform>%Ln Textstelle wird durchsucht</numerusform>
            <numerusform>%Ln Textstellen werden durchsucht</numerusform>
        </translation>
    </message>
    <message>
        <source>Searching asks {host}. Nothing is asked before that.</source>
        <translation>Die Suche fragt {host}. Vorher wird nichts gefragt.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>Seen by the model</source>
        <translation>Das Modell sieht es</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Select the whole message</source>
        <translation>Ganze Nachricht auswählen</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Send again in a moment, or remove the file.</source>
        <translation>Senden Sie gleich noch einmal oder entfernen Sie die Datei.</translation>
    </message>
    <message>
        <source>Send it when this answer is complete (Enter)</source>
        <translation>Senden, sobald diese Antwort fertig ist (Enter)</translation>
    </message>
    <message>
        <source>Send next</source>
        <translation>Als Nächstes senden</translation>
    </message>
    <message>
        <source>Send the prompt</source>
        <translation>Den Prompt senden</translation>
    </message>
    <message>
        <source>Send without passages</source>
        <translation>Ohne Textstellen senden</translation>
    </message>
    <message>
        <source>Sent when this answer is complete</source>
        <translation>Wird nach der Antwort gesendet</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Set LLMDESK_DEVICE=cpu, or `llmdesk config set engine.device cpu`, to use the processor.</source>
        <translation>LLMDESK_DEVICE=cpu setzen oder `llmdesk config set engine.device cpu`, um den Prozessor zu benutzen.</translation>
    </message>
    <message>
        <source>Set it and start llmdesk again.</source>
        <translation>Setzen und llmdesk neu starten.</translation>
    </message>
    <message>
        <source>Set it to a number such as 4.</source>
        <translation>Eine Zahl wie 4 angeben.</translation>
    </message>
    <message>
        <source>Set it to a number such as 8.</source>
        <translation>Eine Zahl wie 8 angeben.</translation>
    </message>
    <message>
        <source>Set one of its entries: {key}.NAME</source>
        <translation>Einen ihrer Einträge setzen: {key}.NAME</translation>
    </message>
    <message>
        <source>Set one of its values, such as {names}.</source>
        <translation>Einen ihrer Werte setzen, etwa {names}.</translation>
    </message>
    <message>
        <source>Set {origin}=native.</source>
        <translation>{origin}=native setzen.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Shorten it or start a new chat.</source>
        <translation>Den Chat kürzen oder einen neuen beginnen.</translation>
    </message>
    <message>
        <source>Shorten it, or choose a model with a longer context.</source>
        <translation>Den Prompt kürzen oder ein Modell mit längerem Kontext wählen.</translation>
    </message>
    <message>
        <source>Shorten it. It is still where you wrote it.</source>
        <translation>Bitte kürzen. Er steht noch dort, wo er geschrieben wurde.</translation>
    </message>
    <message>
        <source>Show all figures</source>
        <translation>Alle Messwerte zeigen</translation>
    </message>
    <message>
        <source>Show in a window of its own</source>
        <translation>In eigenem Fenster zeigen</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Show or fold away all figures of the last answer</source>
        <translation>Alle Messwerte der letzten Antwort zeigen oder zuklappen</translation>
    </message>
    <message>
        <source>Show or fold away what the model thought</source>
        <translation>Gedanken des Modells zeigen oder zuklappen</translation>
    </message>
    <message>
        <source>Show or hide each core</source>
        <translation>Jeden Kern zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>Chats zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show or hide the dashboard</source>
        <translation>Dashboard zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show the archive, or the chats</source>
        <translation>Archiv oder Chats zeigen</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Show the main figures only</source>
        <translation>Nur die wichtigsten Messwerte zeigen</translation>
    </message>
    <message>
        <source>Show the source</source>
        <translation>Quelltext zeigen</translation>
    </message>
    <message>
        <source>Show the window</source>
        <translation>Fenster zeigen</translation>
    </message>
    <message>
        <source>Show this window to the audience, or stop</source>
        <translation>Dieses Fenster dem Publikum zeigen, oder damit aufhören</translation>
    </message>
    <message>
        <source>Show what the model thought</source>
        <translation>Zeigen, was das Modell gedacht hat</translation>
    </message>
    <message>
        <source>Side bar</source>
        <translation>Seitenleiste</translation>
    </message>
    <message>
        <source>Size of everything in the window.</source>
        <translation>Größe von allem im Fenster.</translation>
    </message>
    <message>
        <source>Slower engine</source>
        <translation>Langsamere Engine</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>Kleiner</translation>
    </message>
    <message>
        <source>Some benchmarks in {file} cannot be read (lines {lines}); they were left as they are.</source>
        <translation>Einige Benchmarks in {file} sind nicht lesbar (Zeilen {lines}); sie blieben unverändert.</translation>
    </message>
    <message>
        <source>Something inside llmdesk failed. The window goes on; the details help to mend it.</source>
        <translation>In llmdesk ist ein Fehler aufgetreten. Das Fenster läuft weiter; die Details helfen bei der Behebung.</translation>
    </message>
    <message>
        <source>Something went wrong inside llmdesk: {kind}: {reason}</source>
        <translation>In llmdesk ist ein Fehler aufgetreten: {kind}: {reason}</translation>
    </message>
    <message>
        <source>Source {number}</source>
        <translation>Quelle {number}</translation>
    </message>
    <message>
        <source>Source {number}: {where}</source>
        <translation>Quelle {number}: {where}</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Sources, at most</source>
        <translation>Quellen, höchstens</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Speed {speed}</source>
        <translation>Tempo {speed}</translation>
    </message>
    <message>
        <source>Stack: {stack}</source>
        <translation>Laufzeit: {stack}</translation>
    </message>
    <message>
        <source>Stack: {stack}, for all that these kernels do not run</source>
        <translation>Laufzeit: {stack}, für alles, was diese Kernel nicht ausführen</translation>
    </message>
    <message>
        <source>Stand mode</source>
        <translation>Standmodus</translation>
    </message>
    <message>
        <source>Stand mode starts over when nobody has touched the machine for so long.</source>
        <translation>Der Standmodus beginnt neu, wenn das Gerät so lange niemand berührt hat.</translation>
    </message>
    <message>
        <source>Stand mode, for a machine that visitors use</source>
        <translation>Standmodus, für ein Gerät, das Besucher benutzen</translation>
    </message>
    <message>
        <source>Start a new chat, choose a smaller model or a shorter context. {on_cpu_hint}</source>
        <translation>Einen neuen Chat beginnen, ein kleineres Modell oder einen kürzeren Kontext wählen. {on_cpu_hint}</translation>
    </message>
    <message>
        <source>Start a new chat, shorten the question, or let the oldest turns be left out.</source>
        <translation>Einen neuen Chat beginnen, die Frage kürzen oder die ältesten Nachrichten weglassen lassen.</translation>
    </message>
    <message>
        <source>Start a new chat.</source>
        <translation>Einen neuen Chat beginnen.</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>Beim Anmelden starten</translation>
    </message>
    <message>
        <source>Start it with the window</source>
        <translation>Mit dem Fenster starten</translation>
    </message>
    <message>
        <source>Start llmdesk again.</source>
        <translation>llmdesk neu starten.</translation>
    </message>
    <message>
        <source>Start llmdesk without HF_HUB_OFFLINE.</source>
        <translation>llmdesk ohne HF_HUB_OFFLINE starten.</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>Start over after</source>
        <translation>Neu beginnen nach</translation>
    </message>
    <message>
        <source>Start over in an empty chat</source>
        <translation>In einem leeren Chat neu anfangen</translation>
    </message>
    <message>
        <source>Start the race</source>
        <translation>Rennen starten</translation>
    </message>
    <message>
        <source>Start the server, or check its address and port.</source>
        <translation>Den Server starten oder Adresse und Port prüfen.</translation>
    </message>
    <message>
        <source>Start with the window</source>
        <translation>Mit dem Fenster starten</translation>
    </message>
    <message>
        <source>Start “llmdesk serve” on its own, and add that one.</source>
        <translation>„llmdesk serve“ eigens starten und diesen Server hinzufügen.</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Starting over in {seconds} s</source>
        <translation>Neubeginn in {seconds} s</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet …</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Still in use: {title}</source>
        <translation>Weiterhin in Benutzung: {title}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>Beenden und speichern</translation>
    </message>
    <message>
        <source>Stop it</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop it now</source>
        <translation>Sofort abbrechen</translation>
    </message>
    <message>
        <source>Stop it with Esc or wait for its end.</source>
        <translation>Mit Esc abbrechen oder das Ende abwarten.</translation>
    </message>
    <message>
        <source>Stop it with Esc, then delete.</source>
        <translation>Mit Esc abbrechen, dann löschen.</translation>
    </message>
    <message>
        <source>Stop it, then play the recording.</source>
        <translation>Sie beenden, dann die Aufzeichnung abspielen.</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>Die Antwort abbrechen oder Geöffnetes schließen</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Stopped. What has arrived is kept; fetching goes on from there.</source>
        <translation>Angehalten. Was angekommen ist, bleibt erhalten; das Herunterladen geht dort weiter.</translation>
    </message>
    <message>
        <source>Stopped. What was measured before is kept.</source>
        <translation>Angehalten. Was davor gemessen wurde, bleibt.</translation>
    </message>
    <message>
        <source>Switch hub.offline off in the settings (or start llmdesk without HF_HUB_OFFLINE).</source>
        <translation>hub.offline in den Einstellungen ausschalten (oder llmdesk ohne HF_HUB_OFFLINE starten).</translation>
    </message>
    <message>
        <source>Switch it on again; the log says what happened.</source>
        <translation>Ihn wieder einschalten; im Protokoll steht, was geschehen ist.</translation>
    </message>
    <message>
        <source>Switch it on and open it under Local server (Ctrl+Shift+S).</source>
        <translation>Unter Lokaler Server (Ctrl+Shift+S) einschalten und öffnen.</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>System prompt for visitors</source>
        <translation>System-Prompt für Besucher</translation>
    </message>
    <message>
        <source>System prompt of new chats</source>
        <translation>Systemprompt neuer Chats</translation>
    </message>
    <message>
        <source>System prompt of this chat</source>
        <translation>Systemprompt dieses Chats</translation>
    </message>
    <message>
        <source>TOML writes decimals with a dot, such as 0.5</source>
        <translation>TOML schreibt Dezimalzahlen mit Punkt, etwa 0.5</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Take a simpler schema.</source>
        <translation>Ein einfacheres Schema verwenden.</translation>
    </message>
    <message>
        <source>Take another copy of it. Nothing was changed.</source>
        <translation>Eine andere Kopie davon nehmen. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Take another name, or remove that one first.</source>
        <translation>Einen anderen Namen wählen oder den vorhandenen Schlüssel zuerst entfernen.</translation>
    </message>
    <message>
        <source>Take it off the list? Its files stay.</source>
        <translation>Von der Liste nehmen? Die Dateien bleiben.</translation>
    </message>
    <message>
        <source>Take it off the list? Its server stays as it is.</source>
        <translation>Von der Liste nehmen? Sein Server bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Take off the list…</source>
        <translation>Von der Liste nehmen …</translation>
    </message>
    <message>
        <source>Take them</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Take up to 64 letters, digits, points, dashes.</source>
        <translation>Bis zu 64 Buchstaben, Ziffern, Punkte und Bindestriche verwenden.</translation>
    </message>
    <message>
        <source>Taken in: {names}. They stand in the list at the top.</source>
        <translation>Übernommen: {names}. Sie stehen oben in der Liste.</translation>
    </message>
    <message>
        <source>Tell a short story of a robot that learns to paint.</source>
        <translation>Erzähle eine kurze Geschichte von einem Roboter, der malen lernt.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Text of the prompt</source>
        <translation>Text des Prompts</translation>
    </message>
    <message>
        <source>Text of {name}</source>
        <translation>Text von {name}</translation>
    </message>
    <message>
        <source>Text {number} has {count:,} tokens, and this model reads {most:,} at once.</source>
        <translation>Text {number} hat {count:,} Token, dieses Modell liest höchstens {most:,} auf einmal.</translation>
    </message>
    <message>
        <source>Text, code, documents and images (*);;All files (*)</source>
        <translation>Text, Code, Dokumente und Bilder (*);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>That did not work. Starting over in {seconds} s</source>
        <translation>Das hat nicht geklappt. Neubeginn in {seconds} s</translation>
    </message>
    <message>
        <source>That is no address of a server: {error}.</source>
        <translation>Das ist keine Adresse eines Servers: {error}.</translation>
    </message>
    <message>
        <source>The GGUF file has a tensor that llmdesk does not know: {name}.</source>
        <translation>Die GGUF-Datei hat einen Tensor, den llmdesk nicht kennt: {name}.</translation>
    </message>
    <message>
        <source>The GGUF file holds tensors of the type {number}, which llmdesk cannot read.</source>
        <translation>Die GGUF-Datei enthält Tensoren vom Typ {number}, die llmdesk nicht lesen kann.</translation>
    </message>
    <message>
        <source>The GGUF file lacks the field {architecture}.{key}.</source>
        <translation>In der GGUF-Datei fehlt das Feld {architecture}.{key}.</translation>
    </message>
    <message>
        <source>The GGUF file lacks the tensor token_embd.weight.</source>
        <translation>In der GGUF-Datei fehlt der Tensor token_embd.weight.</translation>
    </message>
    <message>
        <source>The Intel GPU cannot go on: {first_line}.</source>
        <translation>Die Intel-GPU kann nicht weiterarbeiten: {first_line}.</translation>
    </message>
    <message>
        <source>The Intel GPU is not used: {reason}.</source>
        <translation>Die Intel-GPU wird nicht benutzt: {reason}.</translation>
    </message>
    <message>
        <source>The Intel GPU's memory is full.</source>
        <translation>Der Speicher der Intel-GPU ist voll.</translation>
    </message>
    <message>
        <source>The PDF could not be made.</source>
        <translation>Das PDF konnte nicht erstellt werden.</translation>
    </message>
    <message>
        <source>The PIN ends stand mode.</source>
        <translation>Die PIN beendet den Standmodus.</translation>
    </message>
    <message>
        <source>The PIN in {file} cannot be read.</source>
        <translation>Die PIN in {file} ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The address of a mirror of the hub, as https://hub.example; empty: huggingface.co, or HF_ENDPOINT if set.</source>
        <translation>Die Adresse eines Spiegels des Hubs, etwa https://hub.example; leer: huggingface.co, oder HF_ENDPOINT, wenn gesetzt.</translation>
    </message>
    <message>
        <source>The address that the local server listens at; any other than this machine's own takes a key.</source>
        <translation>Die Adresse, an der der lokale Server lauscht; jede andere als die dieses Rechners verlangt einen Schlüssel.</translation>
    </message>
    <message>
        <source>The answer failed.</source>
        <translation>Die Antwort ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>The answer failed: {reason}</source>
        <translation>Die Antwort ist fehlgeschlagen: {reason}</translation>
    </message>
    <message>
        <source>The answer is there: {tokens:,} tokens in {time} s.</source>
        <translation>Die Antwort ist da: {tokens:,} Token in {time} s.</translation>
    </message>
    <message>
        <source>The answer to “{title}” could not be completed.</source>
        <translation>Die Antwort auf „{title}“ konnte nicht abgeschlossen werden.</translation>
    </message>
    <message>
        <source>The answer to “{title}” goes on.</source>
        <translation>Die Antwort auf „{title}“ läuft weiter.</translation>
    </message>
    <message>
        <source>The answer to “{title}” is complete.</source>
        <translation>Die Antwort auf „{title}“ ist vollständig.</translation>
    </message>
    <message>
        <source>The answer to “{title}” was stopped; what was written is kept.</source>
        <translation>Die Antwort auf „{title}“ wurde abgebrochen; das Geschriebene bleibt erhalten.</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>Die Antwort wurde angehalten.</translation>
    </message>
    <message>
        <source>The architecture {kind} of config.json is unknown to the installed transformers.</source>
        <translation>Die Architektur {kind} aus config.json kennt das installierte transformers nicht.</translation>
    </message>
    <message>
        <source>The architecture “{kind}” cannot be run: {reason}.</source>
        <translation>Die Architektur „{kind}“ kann nicht ausgeführt werden: {reason}.</translation>
    </message>
    <message>
        <source>The audience does not see this window any more.</source>
        <translation>Das Publikum sieht dieses Fenster nicht mehr.</translation>
    </message>
    <message>
        <source>The audience would see this window now, but the local server is not open to the network.</source>
        <translation>Das Publikum würde dieses Fenster jetzt sehen, aber der lokale Server ist nicht für das Netzwerk geöffnet.</translation>
    </message>
    <message>
        <source>The backup cannot be restored: {reason}.</source>
        <translation>Die Sicherung kann nicht wiederhergestellt werden: {reason}.</translation>
    </message>
    <message>
        <source>The backup was restored in part only: {reason}.</source>
        <translation>Die Sicherung wurde nur teilweise wiederhergestellt: {reason}.</translation>
    </message>
    <message>
        <source>The beginning of the prompt, or the whole answer, was still known and not computed again.</source>
        <translation>Der Anfang des Prompts oder die ganze Antwort war noch bekannt und wurde nicht neu berechnet.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted: {verify_message}.</source>
        <translation>Das Zertifikat von {host} ist nicht vertrauenswürdig: {verify_message}.</translation>
    </message>
    <message>
        <source>The chat has more tokens than {served_model} on {host} can take at once.</source>
        <translation>Der Chat hat mehr Token, als {served_model} auf {host} auf einmal fasst.</translation>
    </message>
    <message>
        <source>The chat may be too long for it; its own log says more.</source>
        <translation>Der Chat ist vielleicht zu lang; das Protokoll des Servers sagt mehr.</translation>
    </message>
    <message>
        <source>The chat template's process cannot be started: {reason}.</source>
        <translation>Der Prozess der Chatvorlage lässt sich nicht starten: {reason}.</translation>
    </message>
    <message>
        <source>The chats are closed: the program is ending.</source>
        <translation>Die Chats sind geschlossen: Das Programm wird beendet.</translation>
    </message>
    <message>
        <source>The chats can be read and not changed now.</source>
        <translation>Die Chats können gerade gelesen, aber nicht geändert werden.</translation>
    </message>
    <message>
        <source>The chats cannot be read: {error}.</source>
        <translation>Die Chats können nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>The chats could not be written.</source>
        <translation>Die Chats konnten nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The chats in {name} are damaged.</source>
        <translation>Die Chats in {name} sind beschädigt.</translation>
    </message>
    <message>
        <source>The chats in {name} were written by a newer version of llmdesk.</source>
        <translation>Die Chats in {name} hat eine neuere Version von llmdesk geschrieben.</translation>
    </message>
    <message>
        <source>The compiled kernels cannot be loaded: {error}.</source>
        <translation>Die kompilierten Kernel lassen sich nicht laden: {error}.</translation>
    </message>
    <message>
        <source>The configuration in {name} cannot be converted</source>
        <translation>Die Konfiguration in {name} lässt sich nicht umwandeln</translation>
    </message>
    <message>
        <source>The connection to {host} was lost.</source>
        <translation>Die Verbindung zu {host} ist abgerissen.</translation>
    </message>
    <message>
        <source>The context is full: the chat has {tokens:,} of {context_tokens:,} tokens.</source>
        <translation>Der Kontext ist voll: Der Chat hat {tokens:,} von {context_tokens:,} Token.</translation>
    </message>
    <message>
        <source>The context is full: the next question will be refused.</source>
        <translation>Der Kontext ist voll: Die nächste Frage wird abgelehnt.</translation>
    </message>
    <message>
        <source>The context is nearly full: the next answer may end before it is complete.</source>
        <translation>Der Kontext ist fast voll: Die nächste Antwort endet vielleicht, bevor sie vollständig ist.</translation>
    </message>
    <message numerus="yes">
        <source>The context is nearly full: the oldest turns will be left out of the next question (%n message(s)).</source>
        <translation>
            <numerusform>Der Kontext ist fast voll: Die älteste Nachricht wird bei der nächsten Frage weggelassen.</numerusform>
            <numerusform>Der Kontext ist fast voll: Die ältesten %Ln Nachrichten werden bei der nächsten Frage weggelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The context is nearly full: the oldest turns will be left out of the next question.</source>
        <translation>Der Kontext ist fast voll: Die ältesten Nachrichten werden bei der nächsten Frage weggelassen.</translation>
    </message>
    <message>
        <source>The context is {context_tokens:,} tokens here instead of {context_tokens2:,}: more would not fit into memory.</source>
        <translation>Der Kontext hat hier {context_tokens:,} statt {context_tokens2:,} Token: Mehr würde nicht in den Speicher passen.</translation>
    </message>
    <message>
        <source>The conversation is on the clipboard.</source>
        <translation>Die Unterhaltung ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>The converted model cannot be written: {value}.</source>
        <translation>Das umgewandelte Modell kann nicht geschrieben werden: {value}.</translation>
    </message>
    <message>
        <source>The decoder cannot run this model: {reason}.</source>
        <translation>Der Decoder kann dieses Modell nicht ausführen: {reason}.</translation>
    </message>
    <message>
        <source>The desktop tells when a long answer or a download ends while another window is in front.</source>
        <translation>Der Desktop sagt Bescheid, wenn eine lange Antwort oder ein Download endet, während ein anderes Fenster vorn ist.</translation>
    </message>
    <message>
        <source>The disk does not answer.</source>
        <translation>Der Datenträger antwortet nicht.</translation>
    </message>
    <message>
        <source>The disk has no room for {name}.</source>
        <translation>Der Datenträger hat keinen Platz für {name}.</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>Der Datenträger ist voll.</translation>
    </message>
    <message>
        <source>The disk is full: chats are not saved.</source>
        <translation>Der Datenträger ist voll: Chats werden nicht gespeichert.</translation>
    </message>
    <message>
        <source>The disk is full: folders are not indexed any further.</source>
        <translation>Der Datenträger ist voll: Ordner werden nicht weiter erfasst.</translation>
    </message>
    <message>
        <source>The disk is full: nothing was restored.</source>
        <translation>Der Datenträger ist voll: Nichts wurde wiederhergestellt.</translation>
    </message>
    <message>
        <source>The disk is full: {name} was not written.</source>
        <translation>Der Datenträger ist voll: {name} wurde nicht geschrieben.</translation>
    </message>
    <message>
        <source>The download broke off: {reason}.</source>
        <translation>Der Download brach ab: {reason}.</translation>
    </message>
    <message>
        <source>The download link led to a page, perhaps one that asks for a login: get the file itself.</source>
        <translation>Der Download-Link führte auf eine Seite, vielleicht mit einer Anmeldung: die Datei selbst beschaffen.</translation>
    </message>
    <message>
        <source>The embedding has the shape {tuple}, config.json says otherwise.</source>
        <translation>Das Embedding hat die Form {tuple}, in config.json steht eine andere.</translation>
    </message>
    <message>
        <source>The engine failed.</source>
        <translation>Die Engine ist ausgefallen.</translation>
    </message>
    <message>
        <source>The environment variable {name} goes before the file.</source>
        <translation>Die Umgebungsvariable {name} hat Vorrang vor der Datei.</translation>
    </message>
    <message>
        <source>The environment variable {name} sets it; it cannot be changed here.</source>
        <translation>Die Umgebungsvariable {name} setzt den Wert; hier lässt er sich nicht ändern.</translation>
    </message>
    <message>
        <source>The environment variable {name}, which should hold the key for {host}, is not set.</source>
        <translation>Die Umgebungsvariable {name}, die den Schlüssel für {host} enthalten sollte, ist nicht gesetzt.</translation>
    </message>
    <message>
        <source>The environment variable {variable}: {words}</source>
        <translation>Die Umgebungsvariable {variable}: {words}</translation>
    </message>
    <message>
        <source>The export was stopped.</source>
        <translation>Der Export wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The file cannot be opened: {reason}.</source>
        <translation>Die Datei kann nicht geöffnet werden: {reason}.</translation>
    </message>
    <message>
        <source>The file cannot be read any more. This is what the model was given.</source>
        <translation>Die Datei ist nicht mehr lesbar. Dies hat das Modell erhalten.</translation>
    </message>
    <message>
        <source>The file has changed since then. This is what the model was given.</source>
        <translation>Die Datei wurde seither geändert. Dies hat das Modell erhalten.</translation>
    </message>
    <message>
        <source>The file is not there any more, or no program for it was found.</source>
        <translation>Die Datei ist nicht mehr da, oder es wurde kein Programm dafür gefunden.</translation>
    </message>
    <message>
        <source>The file of chats cannot be opened.</source>
        <translation>Die Datei mit den Chats kann nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>The file of your chats was damaged. A new one was begun, with all that could be read.</source>
        <translation>Die Datei mit den Chats war beschädigt. Eine neue wurde angelegt, mit allem, was noch lesbar war.</translation>
    </message>
    <message>
        <source>The files of {title} were deleted.</source>
        <translation>Die Dateien von {title} wurden gelöscht.</translation>
    </message>
    <message>
        <source>The folder is not there, or may not be read.</source>
        <translation>Der Ordner ist nicht da oder darf nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The folder {folder} may not be read.</source>
        <translation>Der Ordner {folder} darf nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The folders are indexed anew.</source>
        <translation>Die Ordner werden neu erfasst.</translation>
    </message>
    <message>
        <source>The hub answered with an error ({status}).</source>
        <translation>Der Hub hat mit einem Fehler geantwortet ({status}).</translation>
    </message>
    <message>
        <source>The hub cannot be reached.</source>
        <translation>Der Hub ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>The hub has a newer version, of {day}. Files that have not changed are not fetched again.</source>
        <translation>Der Hub hat eine neuere Fassung, vom {day}. Dateien, die sich nicht geändert haben, werden nicht noch einmal geholt.</translation>
    </message>
    <message>
        <source>The hub has no repository {repository}, or you may not see it.</source>
        <translation>Der Hub hat kein Repository {repository}, oder es ist nicht sichtbar.</translation>
    </message>
    <message>
        <source>The hub is told the token that `llmdesk models login` has put into the system's keyring.</source>
        <translation>Dem Hub wird das Token genannt, das `llmdesk models login` in den Schlüsselbund des Systems gelegt hat.</translation>
    </message>
    <message>
        <source>The hub refused access to {repository} ({status}).</source>
        <translation>Der Hub hat den Zugriff auf {repository} verweigert ({status}).</translation>
    </message>
    <message>
        <source>The hub takes no more requests from here for now (429).</source>
        <translation>Der Hub nimmt von hier vorerst keine Anfragen mehr an (429).</translation>
    </message>
    <message>
        <source>The hub's certificate was not accepted.</source>
        <translation>Das Zertifikat des Hubs wurde nicht akzeptiert.</translation>
    </message>
    <message>
        <source>The image on the clipboard cannot be used.</source>
        <translation>Das Bild in der Zwischenablage ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>The index of folders cannot be written.</source>
        <translation>Der Index der Ordner kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The index of folders fails: {error}.</source>
        <translation>Der Index der Ordner versagt: {error}.</translation>
    </message>
    <message>
        <source>The index of folders is in use by another program.</source>
        <translation>Der Index der Ordner wird von einem anderen Programm benutzt.</translation>
    </message>
    <message>
        <source>The index of folders was damaged. It is kept as {name}.</source>
        <translation>Der Index der Ordner war beschädigt. Er ist als {name} aufgehoben.</translation>
    </message>
    <message>
        <source>The ipex backend cannot run: {obstacle}.</source>
        <translation>Das ipex-Backend kann nicht laufen: {obstacle}.</translation>
    </message>
    <message>
        <source>The kernels are others by now: measure it again.</source>
        <translation>Die Kernel sind inzwischen andere: noch einmal messen.</translation>
    </message>
    <message>
        <source>The kernels could not be compiled: {error}.</source>
        <translation>Die Kernel ließen sich nicht kompilieren: {error}.</translation>
    </message>
    <message>
        <source>The kernels could not be compiled; the log has the compiler's words.</source>
        <translation>Die Kernel ließen sich nicht kompilieren; die Meldungen des Compilers stehen im Protokoll.</translation>
    </message>
    <message>
        <source>The key is empty or has characters that no key has.</source>
        <translation>Der Schlüssel ist leer oder enthält Zeichen, die kein Schlüssel hat.</translation>
    </message>
    <message>
        <source>The key “{name}” cannot be brought back.</source>
        <translation>Der Schlüssel „{name}“ lässt sich nicht wiederherstellen.</translation>
    </message>
    <message>
        <source>The key “{name}”: copy it now. It is kept nowhere and shown only until the window closes.</source>
        <translation>Der Schlüssel „{name}“: jetzt kopieren. Er wird nirgends aufbewahrt und nur gezeigt, bis das Fenster geschlossen wird.</translation>
    </message>
    <message>
        <source>The keyring does not answer: {name}.</source>
        <translation>Der Schlüsselbund antwortet nicht: {name}.</translation>
    </message>
    <message>
        <source>The keyring has no key for {host}.</source>
        <translation>Der Schlüsselbund enthält keinen Schlüssel für {host}.</translation>
    </message>
    <message>
        <source>The keyring has no token for {address}.</source>
        <translation>Der Schlüsselbund hat kein Token für {address}.</translation>
    </message>
    <message>
        <source>The language of the window, from the next start on; auto: the system's, else English.</source>
        <translation>Die Sprache des Fensters, ab dem nächsten Start; auto: die des Systems, sonst Englisch.</translation>
    </message>
    <message>
        <source>The last race</source>
        <translation>Das letzte Rennen</translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>Der Link ist zu lang.</translation>
    </message>
    <message>
        <source>The link reads {shown}, but leads to {host}.</source>
        <translation>Der Link lautet {shown}, führt aber zu {host}.</translation>
    </message>
    <message>
        <source>The list of models is not read yet.</source>
        <translation>Die Liste der Modelle ist noch nicht gelesen.</translation>
    </message>
    <message>
        <source>The local server ended by itself.</source>
        <translation>Der lokale Server hat von selbst geendet.</translation>
    </message>
    <message>
        <source>The local server needs the Python package {name}, which is not installed.</source>
        <translation>Der lokale Server benötigt das Python-Paket {name}, das nicht installiert ist.</translation>
    </message>
    <message>
        <source>The local server runs</source>
        <translation>Der lokale Server läuft</translation>
    </message>
    <message>
        <source>The local server starts with the window.</source>
        <translation>Der lokale Server startet mit dem Fenster.</translation>
    </message>
    <message>
        <source>The machine is busy (load average {load}): these figures are too low.</source>
        <translation>Der Rechner ist beschäftigt (Last {load}): Diese Zahlen sind zu niedrig.</translation>
    </message>
    <message>
        <source>The machine runs on its battery from here on, and may compute slower.</source>
        <translation>Der Rechner läuft ab hier im Akkubetrieb und rechnet vielleicht langsamer.</translation>
    </message>
    <message>
        <source>The machine was plugged in.</source>
        <translation>Der Rechner wurde ans Netz angeschlossen.</translation>
    </message>
    <message>
        <source>The memory is measured as soon as nothing else runs.</source>
        <translation>Der Speicher wird gemessen, sobald nichts anderes läuft.</translation>
    </message>
    <message>
        <source>The model computed no numbers: its weights hold some that are too large, or none.</source>
        <translation>Das Modell hat keine Zahlen berechnet: Seine Gewichte enthalten zu große oder ungültige Werte.</translation>
    </message>
    <message>
        <source>The model fits into the processor's cache: memory does not hold it up.</source>
        <translation>Das Modell passt in den Cache des Prozessors: Der Speicher hält es nicht auf.</translation>
    </message>
    <message>
        <source>The model has a tensor that GGUF files of its kind have no name for: {name}.</source>
        <translation>Das Modell hat einen Tensor, für den GGUF-Dateien seiner Art keinen Namen haben: {name}.</translation>
    </message>
    <message>
        <source>The model is shown the image with the question.</source>
        <translation>Dem Modell wird das Bild mit der Frage gezeigt.</translation>
    </message>
    <message>
        <source>The model is told this before the chat. It counts from the next question on, in this chat.</source>
        <translation>Das wird dem Modell vor dem Chat gesagt. Es gilt ab der nächsten Frage in diesem Chat.</translation>
    </message>
    <message>
        <source>The model of this chat ({gone}) is not in the list any more.</source>
        <translation>Das Modell dieses Chats ({gone}) steht nicht mehr in der Liste.</translation>
    </message>
    <message>
        <source>The model that finds passages of folders by their meaning; empty: they are found by words only.</source>
        <translation>Das Modell, das Stellen in Ordnern nach ihrer Bedeutung findet; leer: Sie werden nur nach Wörtern gefunden.</translation>
    </message>
    <message>
        <source>The model that is loaded at the start, the one used last; empty: the first one here.</source>
        <translation>Das Modell, das beim Start geladen wird, zuletzt benutzt; leer: das erste hier vorhandene.</translation>
    </message>
    <message>
        <source>The model's experts have biases ({name}), which llmdesk does not add.</source>
        <translation>Die Experten des Modells haben Bias-Werte ({name}), die llmdesk nicht addiert.</translation>
    </message>
    <message>
        <source>The model's files ({files}) lack the tensor {what}, which “{kind}” needs.</source>
        <translation>In den Dateien des Modells ({files}) fehlt der Tensor {what}, den „{kind}“ benötigt.</translation>
    </message>
    <message>
        <source>The model's files ({files}) lack {name}.</source>
        <translation>In den Dateien des Modells ({files}) fehlt {name}.</translation>
    </message>
    <message>
        <source>The model's files ({files}) lack {what}, which “{kind}” needs.</source>
        <translation>In den Dateien des Modells ({files}) fehlt {what}, was „{kind}“ benötigt.</translation>
    </message>
    <message>
        <source>The model's files lack the tensor {name}.</source>
        <translation>In den Dateien des Modells fehlt der Tensor {name}.</translation>
    </message>
    <message>
        <source>The most that llmdesk may take with its model; auto: 12 GB or 75 % of the memory, the smaller.</source>
        <translation>So viel darf llmdesk mit seinem Modell höchstens belegen; auto: 12 GB oder 75 % des Speichers, das Kleinere davon.</translation>
    </message>
    <message>
        <source>The name of the folder {folder} is no text in UTF-8.</source>
        <translation>Der Name des Ordners {folder} ist kein Text in UTF-8.</translation>
    </message>
    <message>
        <source>The name of {path} holds characters that control a terminal.</source>
        <translation>Der Name von {path} enthält Zeichen, die ein Terminal steuern.</translation>
    </message>
    <message>
        <source>The name of {path} is not valid UTF-8, so models.toml cannot hold it.</source>
        <translation>Der Name von {path} ist kein gültiges UTF-8 und kann daher nicht in models.toml stehen.</translation>
    </message>
    <message>
        <source>The next prompt takes about {total} of {context} tokens.</source>
        <translation>Der nächste Prompt belegt etwa {total} von {context} Token.</translation>
    </message>
    <message>
        <source>The next prompt takes {total} of {context} tokens.</source>
        <translation>Der nächste Prompt belegt {total} von {context} Token.</translation>
    </message>
    <message>
        <source>The owner looks at each request, so it may take days.</source>
        <translation>Der Anbieter sieht jede Anfrage einzeln an, das kann Tage dauern.</translation>
    </message>
    <message>
        <source>The package keyring is not installed, so no key can be read from it.</source>
        <translation>Das Paket keyring ist nicht installiert, daher lässt sich kein Schlüssel daraus lesen.</translation>
    </message>
    <message>
        <source>The page about usage adds up what the kept chats hold; off: nothing is added up.</source>
        <translation>Die Seite über die Nutzung zählt zusammen, was die aufbewahrten Chats enthalten; aus: nichts wird zusammengezählt.</translation>
    </message>
    <message>
        <source>The parts of {name} do not fit each other.</source>
        <translation>Die Teile von {name} passen nicht zueinander.</translation>
    </message>
    <message>
        <source>The passages that a prompt is told have so many tokens at most.</source>
        <translation>Die Fundstellen, die einem Prompt mitgegeben werden, haben zusammen höchstens so viele Token.</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>Das Bild</translation>
    </message>
    <message>
        <source>The picture cannot be written to {name}.</source>
        <translation>Das Bild kann nicht nach {name} geschrieben werden.</translation>
    </message>
    <message>
        <source>The port of the local server.</source>
        <translation>Der Port des lokalen Servers.</translation>
    </message>
    <message>
        <source>The precision of the weights; a click changes it for this model</source>
        <translation>Die Genauigkeit der Gewichte; ein Klick ändert sie für dieses Modell</translation>
    </message>
    <message>
        <source>The processor has no energy counter here; the battery tells while it is in use.</source>
        <translation>Der Prozessor hat hier keinen Energiezähler; im Akkubetrieb gibt der Akku Auskunft.</translation>
    </message>
    <message>
        <source>The processor reported that heat slowed it down.</source>
        <translation>Der Prozessor meldete, dass Hitze ihn gebremst hat.</translation>
    </message>
    <message>
        <source>The processor's energy counter may be read by the administrator only. To allow it: sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj</source>
        <translation>Den Energiezähler des Prozessors darf nur der Administrator lesen. Zum Erlauben: sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj</translation>
    </message>
    <message>
        <source>The prompt has {tokens} tokens; this model can take {limit_tokens:,} at once.</source>
        <translation>Der Prompt hat {tokens} Token; dieses Modell fasst höchstens {limit_tokens:,} auf einmal.</translation>
    </message>
    <message>
        <source>The prompt is empty.</source>
        <translation>Der Prompt ist leer.</translation>
    </message>
    <message>
        <source>The prompt is too long: {count} characters; at most {limit} can be sent.</source>
        <translation>Der Prompt ist zu lang: {count} Zeichen; höchstens {limit} können gesendet werden.</translation>
    </message>
    <message>
        <source>The proxy for models from the hub, as http://proxy.example:3128; empty: the system's.</source>
        <translation>Der Proxy für Modelle vom Hub, etwa http://proxy.example:3128; leer: der des Systems.</translation>
    </message>
    <message>
        <source>The proxy on the way to {host} refuses: {error}.</source>
        <translation>Der Proxy auf dem Weg zu {host} lehnt ab: {error}.</translation>
    </message>
    <message>
        <source>The proxy refused: {error}.</source>
        <translation>Der Proxy hat abgelehnt: {error}.</translation>
    </message>
    <message>
        <source>The question to the hub ended unexpectedly.</source>
        <translation>Die Frage an den Hub endete unerwartet.</translation>
    </message>
    <message>
        <source>The race cannot be written to {name}: {reason}.</source>
        <translation>Das Rennen kann nicht nach {name} geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>The race of this step has failed.</source>
        <translation>Das Rennen dieses Schritts ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>The race was stopped; nothing of it is kept.</source>
        <translation>Das Rennen wurde angehalten; nichts davon bleibt.</translation>
    </message>
    <message>
        <source>The race {name} is damaged: {reason}.</source>
        <translation>Das Rennen {name} ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>The recording cannot be written to {name}: {reason}.</source>
        <translation>Die Aufzeichnung lässt sich nicht nach {name} schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The recording is not saved yet.</source>
        <translation>Die Aufzeichnung ist noch nicht gespeichert.</translation>
    </message>
    <message>
        <source>The recording is saved as {name}.</source>
        <translation>Die Aufzeichnung ist als {name} gespeichert.</translation>
    </message>
    <message>
        <source>The recording that stand mode plays: a file; empty: the one of llmdesk's own.</source>
        <translation>Die Aufnahme, die der Standmodus abspielt: eine Datei; leer: die von llmdesk.</translation>
    </message>
    <message>
        <source>The recording {name} is damaged: {reason}.</source>
        <translation>Die Aufzeichnung {name} ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>The same PIN once more.</source>
        <translation>Dieselbe PIN noch einmal.</translation>
    </message>
    <message>
        <source>The same question in the same words, with greedy sampling, gets the same answer at once.</source>
        <translation>Dieselbe Frage in denselben Worten bekommt bei Greedy-Sampling sofort dieselbe Antwort.</translation>
    </message>
    <message>
        <source>The same seed and prompt give the same answer</source>
        <translation>Gleicher Seed und Prompt ergeben dieselbe Antwort</translation>
    </message>
    <message>
        <source>The same seed and prompt give the same answer; not set: another each time.</source>
        <translation>Gleicher Seed und Prompt ergeben dieselbe Antwort; nicht gesetzt: jedes Mal eine andere.</translation>
    </message>
    <message>
        <source>The seed is no whole number from 0 to {most}, so it is random.</source>
        <translation>Der Seed ist keine ganze Zahl von 0 bis {most}, daher wird er zufällig gewählt.</translation>
    </message>
    <message>
        <source>The sentence model was not fetched.</source>
        <translation>Das Satzmodell wurde nicht geladen.</translation>
    </message>
    <message>
        <source>The server cannot listen at {where}: {reason}.</source>
        <translation>Der Server kann an {where} nicht lauschen: {reason}.</translation>
    </message>
    <message>
        <source>The server is off.</source>
        <translation>Der Server ist aus.</translation>
    </message>
    <message>
        <source>The server talks to so many clients at once.</source>
        <translation>Mit so vielen Clients spricht der Server zugleich.</translation>
    </message>
    <message>
        <source>The shipped models still work.</source>
        <translation>Die mitgelieferten Modelle funktionieren weiterhin.</translation>
    </message>
    <message>
        <source>The source of the answer</source>
        <translation>Quelltext der Antwort</translation>
    </message>
    <message>
        <source>The stack that models run on, from the next start on.</source>
        <translation>Die Laufzeit, auf der Modelle laufen, ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>The system shows no energy counter of this processor; virtual machines have none.</source>
        <translation>Das System zeigt keinen Energiezähler dieses Prozessors; virtuelle Maschinen haben keinen.</translation>
    </message>
    <message>
        <source>The text has grown past a power of two, {n} tokens or more: each token reads more keys and values.</source>
        <translation>Der Text ist über eine Zweierpotenz gewachsen, {n} Token oder mehr: Jedes Token liest mehr Schlüssel und Werte.</translation>
    </message>
    <message>
        <source>The text is too long to paste: {count} characters; at most {limit} can be sent.</source>
        <translation>Der Text ist zu lang zum Einfügen: {count} Zeichen; höchstens {limit} können gesendet werden.</translation>
    </message>
    <message>
        <source>The token is in the keyring now. It is sent to the hub only.</source>
        <translation>Das Token ist jetzt im Schlüsselbund. Es wird nur dem Hub gesendet.</translation>
    </message>
    <message>
        <source>The tokenizer has words up to number {max:,}, the model only {rows:,}.</source>
        <translation>Der Tokenizer hat Wörter bis Nummer {max:,}, das Modell nur {rows:,}.</translation>
    </message>
    <message>
        <source>The tokenizer in {name} (tokenizer.json, tokenizer_config.json) cannot be read</source>
        <translation>Der Tokenizer in {name} (tokenizer.json, tokenizer_config.json) kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>The tokenizer in {name} cannot be converted</source>
        <translation>Der Tokenizer in {name} lässt sich nicht umwandeln</translation>
    </message>
    <message>
        <source>The tokenizer made the token {strange}, but the model has {vocabulary} tokens: their files do not fit.</source>
        <translation>Der Tokenizer hat das Token {strange} erzeugt, das Modell hat aber {vocabulary} Token: Die Dateien passen nicht zusammen.</translation>
    </message>
    <message>
        <source>The tokenizer of this model cannot be used for JSON.</source>
        <translation>Der Tokenizer dieses Modells kann nicht für JSON benutzt werden.</translation>
    </message>
    <message>
        <source>The tokenizer of this model fails</source>
        <translation>Der Tokenizer dieses Modells schlägt fehl</translation>
    </message>
    <message>
        <source>The tokenizer of this model makes no text of a token</source>
        <translation>Der Tokenizer dieses Modells macht aus einem Token keinen Text</translation>
    </message>
    <message>
        <source>The tokenizer or configuration in {name} cannot be kept</source>
        <translation>Tokenizer oder Konfiguration in {name} lassen sich nicht aufbewahren</translation>
    </message>
    <message>
        <source>The transfer broke off.</source>
        <translation>Die Übertragung ist abgebrochen.</translation>
    </message>
    <message>
        <source>The transfer ended unexpectedly.</source>
        <translation>Die Übertragung endete unerwartet.</translation>
    </message>
    <message>
        <source>The transfer was cut short.</source>
        <translation>Die Übertragung wurde abgeschnitten.</translation>
    </message>
    <message>
        <source>The version file is not signed by llmdesk's publisher.</source>
        <translation>Die Versionsdatei ist nicht vom Herausgeber von llmdesk signiert.</translation>
    </message>
    <message>
        <source>The version file is out of date.</source>
        <translation>Die Versionsdatei ist veraltet.</translation>
    </message>
    <message>
        <source>The vocabulary in {name} cannot be read</source>
        <translation>Das Vokabular in {name} kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>The way there is not encrypted: key and chats can be read on it.</source>
        <translation>Der Weg dorthin ist nicht verschlüsselt: Schlüssel und Chats können unterwegs gelesen werden.</translation>
    </message>
    <message>
        <source>The weights are stored in the packed form “{what}”, which llmdesk cannot read yet.</source>
        <translation>Die Gewichte sind in der gepackten Form „{what}“ gespeichert, die llmdesk noch nicht lesen kann.</translation>
    </message>
    <message>
        <source>The weights do not fit “{kind}”</source>
        <translation>Die Gewichte passen nicht zu „{kind}“</translation>
    </message>
    <message>
        <source>The weights give no numbers: what they hold is too large, or none.</source>
        <translation>Die Gewichte ergeben keine Zahlen: Ihre Werte sind zu groß oder keine Zahlen.</translation>
    </message>
    <message>
        <source>The weights of {name} are not there ({blob}).</source>
        <translation>Die Gewichte von {name} fehlen ({blob}).</translation>
    </message>
    <message>
        <source>The weights of {name} are stored in the packed form {form}, which llmdesk cannot read yet.</source>
        <translation>Die Gewichte von {name} sind in der gepackten Form {form} gespeichert, die llmdesk noch nicht lesen kann.</translation>
    </message>
    <message>
        <source>The whole text goes to the model with the question.</source>
        <translation>Der ganze Text geht mit der Frage an das Modell.</translation>
    </message>
    <message>
        <source>The window needs system libraries that are not here: {names}.</source>
        <translation>Das Fenster benötigt Systembibliotheken, die hier fehlen: {names}.</translation>
    </message>
    <message>
        <source>The window speaks the system's language from the next start on.</source>
        <translation>Das Fenster spricht ab dem nächsten Start die Sprache des Systems.</translation>
    </message>
    <message>
        <source>The window speaks {language} from the next start on.</source>
        <translation>Das Fenster spricht ab dem nächsten Start {language}.</translation>
    </message>
    <message>
        <source>The {backend} backend computes nothing that could be measured.</source>
        <translation>Das Backend {backend} berechnet nichts, was sich messen ließe.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Theme: {name}</source>
        <translation>Design: {name}</translation>
    </message>
    <message>
        <source>Then choose the collection in a chat, with the button beside the paper clip, and ask.</source>
        <translation>Dann die Sammlung in einem Chat mit der Taste neben der Büroklammer auswählen und fragen.</translation>
    </message>
    <message>
        <source>There are files whose names are no text in UTF-8: {names}.</source>
        <translation>Namen von Dateien sind kein Text in UTF-8: {names}.</translation>
    </message>
    <message>
        <source>There are folders that may not be read: {names}.</source>
        <translation>Manche Ordner dürfen nicht gelesen werden: {names}.</translation>
    </message>
    <message>
        <source>There are more than {limit:,} files. Only the first ones are searched: choose folders below it.</source>
        <translation>Es sind mehr als {limit:,} Dateien. Nur die ersten werden durchsucht: Ordner darunter wählen.</translation>
    </message>
    <message>
        <source>There are no chats in it that llmdesk knows how to read.</source>
        <translation>Darin sind keine Chats, die llmdesk lesen kann.</translation>
    </message>
    <message>
        <source>There are no chats to export.</source>
        <translation>Es gibt keine Chats zum Exportieren.</translation>
    </message>
    <message>
        <source>There are no collections yet</source>
        <translation>Noch gibt es keine Sammlungen</translation>
    </message>
    <message>
        <source>There are no files in {name}.</source>
        <translation>In {name} sind keine Dateien.</translation>
    </message>
    <message>
        <source>There are no presets in {name}.</source>
        <translation>In {name} sind keine Voreinstellungen.</translation>
    </message>
    <message>
        <source>There is a key “{name}” already.</source>
        <translation>Einen Schlüssel „{name}“ gibt es bereits.</translation>
    </message>
    <message>
        <source>There is a number among them that is no token of this model.</source>
        <translation>Darunter ist eine Zahl, die kein Token dieses Modells ist.</translation>
    </message>
    <message>
        <source>There is a preset “{name}” already.</source>
        <translation>Eine Voreinstellung „{name}“ gibt es schon.</translation>
    </message>
    <message>
        <source>There is a unit of this name that llmdesk did not write: {file}.</source>
        <translation>Eine Unit dieses Namens, die llmdesk nicht geschrieben hat, gibt es schon: {file}.</translation>
    </message>
    <message>
        <source>There is no *.safetensors file in {folder}.</source>
        <translation>In {folder} liegt keine *.safetensors-Datei.</translation>
    </message>
    <message>
        <source>There is no C compiler for llmdesk's own kernels.</source>
        <translation>Für die eigenen Kernel von llmdesk gibt es keinen C-Compiler.</translation>
    </message>
    <message>
        <source>There is no demo {name}.</source>
        <translation>Es gibt keine Vorführung {name}.</translation>
    </message>
    <message>
        <source>There is no embedding model on this machine.</source>
        <translation>Auf diesem Rechner gibt es kein Embedding-Modell.</translation>
    </message>
    <message>
        <source>There is no folder {folder}.</source>
        <translation>Es gibt keinen Ordner {folder}.</translation>
    </message>
    <message>
        <source>There is no key “{name}”.</source>
        <translation>Einen Schlüssel „{name}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no key, so nobody gets in.</source>
        <translation>Es gibt keinen Schlüssel, daher kommt niemand hinein.</translation>
    </message>
    <message>
        <source>There is no list of models.</source>
        <translation>Es gibt keine Liste der Modelle.</translation>
    </message>
    <message>
        <source>There is no memory for the model's work space.</source>
        <translation>Für den Arbeitsbereich des Modells ist kein Speicher frei.</translation>
    </message>
    <message>
        <source>There is no model yet.</source>
        <translation>Es gibt noch kein Modell.</translation>
    </message>
    <message>
        <source>There is no model “{model_id}”.</source>
        <translation>Ein Modell „{model_id}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no setting “{key}”.</source>
        <translation>Eine Einstellung „{key}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no shape “{name}”.</source>
        <translation>Eine Form „{name}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no such chat any more.</source>
        <translation>Diesen Chat gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>There is no systemd here that could start the server.</source>
        <translation>Hier gibt es kein systemd, das den Server starten könnte.</translation>
    </message>
    <message>
        <source>There is no text in {name}.</source>
        <translation>In {name} ist kein Text.</translation>
    </message>
    <message>
        <source>There is no {host} in the network.</source>
        <translation>{host} gibt es im Netzwerk nicht.</translation>
    </message>
    <message>
        <source>There is no {path}.</source>
        <translation>{path} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is not enough free memory for this.</source>
        <translation>Dafür ist nicht genug Speicher frei.</translation>
    </message>
    <message>
        <source>There is nothing in text {number}.</source>
        <translation>Text {number} ist leer.</translation>
    </message>
    <message>
        <source>There is nothing to fetch.</source>
        <translation>Es gibt nichts herunterzuladen.</translation>
    </message>
    <message>
        <source>There is nothing to remove.</source>
        <translation>Es gibt nichts zu entfernen.</translation>
    </message>
    <message>
        <source>These were two different PINs. Choose one.</source>
        <translation>Das waren zwei verschiedene PINs. Eine wählen.</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Denken</translation>
    </message>
    <message>
        <source>Thinking: off</source>
        <translation>Denken: aus</translation>
    </message>
    <message>
        <source>Thinking: on</source>
        <translation>Denken: an</translation>
    </message>
    <message numerus="yes">
        <source>Thinking: {time}, {count} token(s)</source>
        <translation>
            <numerusform>Denkt: {time}, {count} Token</numerusform>
            <numerusform>Denkt: {time}, {count} Token</numerusform>
        </translation>
    </message>
    <message>
        <source>This JSON Schema cannot be enforced: {reason}.</source>
        <translation>Dieses JSON-Schema lässt sich nicht erzwingen: {reason}.</translation>
    </message>
    <message>
        <source>This backup takes {mb} MB to restore, {free} MB are free.</source>
        <translation>Diese Sicherung braucht {mb} MB zum Wiederherstellen, {free} MB sind frei.</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>Dieser Chat</translation>
    </message>
    <message>
        <source>This chat goes to {server}</source>
        <translation>Dieser Chat geht an {server}</translation>
    </message>
    <message>
        <source>This chat is a replay.</source>
        <translation>Dieser Chat ist eine Wiedergabe.</translation>
    </message>
    <message>
        <source>This chat is longer than the context: the oldest turns will be left out of the next question.</source>
        <translation>Dieser Chat ist länger als der Kontext: Die ältesten Nachrichten werden bei der nächsten Frage weggelassen.</translation>
    </message>
    <message>
        <source>This file came with llmdesk: mend it, or install llmdesk again; then try again.</source>
        <translation>Diese Datei gehört zu llmdesk: berichtigen oder llmdesk neu installieren, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>This icon brings its window back, or quits it.</source>
        <translation>Dieses Symbol bringt das Fenster zurück oder beendet llmdesk.</translation>
    </message>
    <message>
        <source>This is no link that llmdesk knows.</source>
        <translation>Diesen Link kennt llmdesk nicht.</translation>
    </message>
    <message>
        <source>This is not the PIN.</source>
        <translation>Das ist nicht die PIN.</translation>
    </message>
    <message>
        <source>This is not the PIN. The next try in {seconds} s.</source>
        <translation>Das ist nicht die PIN. Der nächste Versuch in {seconds} s.</translation>
    </message>
    <message>
        <source>This is switched off: nothing is added up. Chats keep the figures of their answers; these count again once it is switched on.</source>
        <translation>Ausgeschaltet: nichts wird zusammengezählt. Chats behalten die Zahlen ihrer Antworten; sie zählen wieder, sobald es eingeschaltet ist.</translation>
    </message>
    <message>
        <source>This lane has failed.</source>
        <translation>Diese Bahn ist ausgefallen.</translation>
    </message>
    <message>
        <source>This llmdesk does not understand the version file.</source>
        <translation>Dieses llmdesk versteht die Versionsdatei nicht.</translation>
    </message>
    <message>
        <source>This machine is in no network now, so no other machine can reach it.</source>
        <translation>Dieser Rechner ist gerade in keinem Netzwerk, daher kann ihn kein anderer erreichen.</translation>
    </message>
    <message>
        <source>This machine only</source>
        <translation>Nur dieser Rechner</translation>
    </message>
    <message>
        <source>This machine over time</source>
        <translation>Dieser Rechner im Lauf der Zeit</translation>
    </message>
    <message>
        <source>This memory is read at {speed}; an answer shows what of it is used.</source>
        <translation>Dieser Speicher wird mit {speed} gelesen; eine Antwort zeigt, wie viel davon genutzt wird.</translation>
    </message>
    <message>
        <source>This model cannot see images. It is kept with the chat; the model is told its name only.</source>
        <translation>Dieses Modell kann keine Bilder sehen. Es wird mit dem Chat aufbewahrt; dem Modell wird nur der Name gesagt.</translation>
    </message>
    <message>
        <source>This model cuts texts into words in a way that GGUF files have no name for.</source>
        <translation>Dieses Modell zerlegt Texte auf eine Art in Wörter, für die GGUF-Dateien keinen Namen haben.</translation>
    </message>
    <message>
        <source>This model does not see images.</source>
        <translation>Dieses Modell sieht keine Bilder.</translation>
    </message>
    <message>
        <source>This model has no tokenizer.json.</source>
        <translation>Dieses Modell hat keine tokenizer.json.</translation>
    </message>
    <message>
        <source>This model needs program code from its publisher, and llmdesk never runs such code.</source>
        <translation>Dieses Modell benötigt Programmcode seines Herausgebers, und llmdesk führt solchen Code nie aus.</translation>
    </message>
    <message>
        <source>This model takes {trained:,} tokens at once, not {least_tokens:,}.</source>
        <translation>Dieses Modell fasst {trained:,} Token auf einmal, nicht {least_tokens:,}.</translation>
    </message>
    <message>
        <source>This model was not made for chat: it has no chat template. It continues your text, and may wander off.</source>
        <translation>Dieses Modell wurde nicht für Chats gemacht: Es hat keine Chatvorlage. Es setzt den Text fort und schweift vielleicht ab.</translation>
    </message>
    <message>
        <source>This model's chat template cannot be used: {reason}.</source>
        <translation>Die Chatvorlage dieses Modells ist nicht verwendbar: {reason}.</translation>
    </message>
    <message>
        <source>This model's chat template makes no text of the chat.</source>
        <translation>Die Chatvorlage dieses Modells macht aus dem Chat keinen Text.</translation>
    </message>
    <message>
        <source>This model's chat template refuses the chat: {error}.</source>
        <translation>Die Chatvorlage dieses Modells lehnt den Chat ab: {error}.</translation>
    </message>
    <message>
        <source>This model's vectors have {count:,} dimensions.</source>
        <translation>Die Vektoren dieses Modells haben {count:,} Dimensionen.</translation>
    </message>
    <message>
        <source>This preset is in the list.</source>
        <translation>Diese Voreinstellung steht in der Liste.</translation>
    </message>
    <message>
        <source>This system has no keyring that keys could be kept in.</source>
        <translation>Dieses System hat keinen Schlüsselbund, in dem Schlüssel aufbewahrt werden könnten.</translation>
    </message>
    <message>
        <source>This took longer than {limit:g} seconds (server.max_request_s).</source>
        <translation>Das hat länger als {limit:g} Sekunden gedauert (server.max_request_s).</translation>
    </message>
    <message>
        <source>This version has no file for an installation like this one.</source>
        <translation>Diese Version hat keine Datei für eine Installation wie diese.</translation>
    </message>
    <message>
        <source>This was stopped.</source>
        <translation>Das wurde abgebrochen.</translation>
    </message>
    <message numerus="yes">
        <source>Thought for {time}, {count} token(s)</source>
        <translation>
            <numerusform>{time} lang gedacht, {count} Token</numerusform>
            <numerusform>{time} lang gedacht, {count} Token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Thought for {time}, {count} token(s), not to its end</source>
        <translation>
            <numerusform>{time} lang gedacht, {count} Token, nicht bis zum Ende</numerusform>
            <numerusform>{time} lang gedacht, {count} Token, nicht bis zum Ende</numerusform>
        </translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Tight: takes about {takes} GB; close other programs first</source>
        <translation>Knapp: braucht etwa {takes} GB; vorher andere Programme schließen</translation>
    </message>
    <message>
        <source>Tight: {takes}; close other programs first</source>
        <translation>Knapp: {takes}; zuerst andere Programme schließen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Uhrzeit</translation>
    </message>
    <message>
        <source>Time per token</source>
        <translation>Zeit pro Token</translation>
    </message>
    <message>
        <source>Time per token, half below {p50}, 99 % below {p99}</source>
        <translation>Zeit pro Token, die Hälfte unter {p50}, 99 % unter {p99}</translation>
    </message>
    <message>
        <source>Time per token, nothing measured</source>
        <translation>Zeit pro Token, nichts gemessen</translation>
    </message>
    <message>
        <source>Timed as its pieces arrived here. Its probabilities are not known, so nothing is compared.</source>
        <translation>Gemessen, wie seine Stücke hier ankamen. Seine Wahrscheinlichkeiten sind nicht bekannt, darum wird nichts verglichen.</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Title of the chat</source>
        <translation>Titel des Chats</translation>
    </message>
    <message>
        <source>Titles by the model</source>
        <translation>Titel vom Modell</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Token for the hub</source>
        <translation>Token für den Hub</translation>
    </message>
    <message>
        <source>Token of the keyring</source>
        <translation>Token aus dem Schlüsselbund</translation>
    </message>
    <message>
        <source>Tokenizer and weights are of different models: fetch both from the same place.</source>
        <translation>Tokenizer und Gewichte stammen von verschiedenen Modellen: beide vom selben Ort herunterladen.</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Tokens of the model's context that the next prompt takes; a click shows its parts</source>
        <translation>Token, die der nächste Prompt vom Kontext des Modells belegt; ein Klick zeigt die Teile</translation>
    </message>
    <message>
        <source>Tokens on the screen, and tokens that came from the engine, per second over the last two seconds; and the time from a token's end in the engine to the painting that shows it, the median of the tokens painted then.</source>
        <translation>Token auf dem Bildschirm und Token aus der Engine, pro Sekunde über die letzten zwei Sekunden; dazu die Zeit vom Ende eines Tokens in der Engine bis zu seinem Zeichnen, der Median der dabei gezeichneten Token.</translation>
    </message>
    <message>
        <source>Tokens per day, at most {top}</source>
        <translation>Token je Tag, höchstens {top}</translation>
    </message>
    <message>
        <source>Tokens per second, nothing measured</source>
        <translation>Token pro Sekunde, nichts gemessen</translation>
    </message>
    <message>
        <source>Tokens per second, now {speed}</source>
        <translation>Token pro Sekunde, jetzt {speed}</translation>
    </message>
    <message>
        <source>Tokens that were read before each run: long chats are slower.</source>
        <translation>Token, die vor jedem Lauf gelesen wurden: Lange Chats sind langsamer.</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
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
        <translation>Bildschirm berühren oder Taste drücken, um es selbst zu versuchen</translation>
    </message>
    <message>
        <source>Try --port 0.</source>
        <translation>--port 0 versuchen.</translation>
    </message>
    <message>
        <source>Try a search</source>
        <translation>Suche ausprobieren</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Gleich noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Später noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Try again; the log file has the details.</source>
        <translation>Noch einmal versuchen; Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>Try it: the model runs on this machine</source>
        <translation>Zum Ausprobieren: Das Modell läuft auf diesem Gerät</translation>
    </message>
    <message>
        <source>Two messages have the same id.</source>
        <translation>Zwei Nachrichten haben dieselbe ID.</translation>
    </message>
    <message>
        <source>Type something first.</source>
        <translation>Zuerst etwas eingeben.</translation>
    </message>
    <message>
        <source>Type words of a model's name.</source>
        <translation>Wörter aus dem Namen eines Modells eingeben.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo deleting or archiving chats</source>
        <translation>Löschen oder Archivieren von Chats rückgängig machen</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>Entladen</translation>
    </message>
    <message>
        <source>Unload the model</source>
        <translation>Modell entladen</translation>
    </message>
    <message>
        <source>Unload when not used for</source>
        <translation>Entladen, wenn unbenutzt seit</translation>
    </message>
    <message>
        <source>Unload, and free {size}</source>
        <translation>Entladen, das gibt {size} frei</translation>
    </message>
    <message>
        <source>Unlock it and try again. Or:</source>
        <translation>Entsperren und noch einmal versuchen. Oder:</translation>
    </message>
    <message>
        <source>Unpack it, and open what is in it.</source>
        <translation>Entpacken und den Inhalt öffnen.</translation>
    </message>
    <message>
        <source>Unpack the ZIP, then import the files.</source>
        <translation>Das ZIP entpacken und die Dateien einzeln importieren.</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>Chat ohne Titel</translation>
    </message>
    <message>
        <source>Update llmdesk to import it.</source>
        <translation>Zum Importieren llmdesk aktualisieren.</translation>
    </message>
    <message>
        <source>Update llmdesk to open it.</source>
        <translation>Zum Öffnen llmdesk aktualisieren.</translation>
    </message>
    <message>
        <source>Update llmdesk to play it.</source>
        <translation>llmdesk aktualisieren, um sie abzuspielen.</translation>
    </message>
    <message>
        <source>Update llmdesk.</source>
        <translation>llmdesk aktualisieren.</translation>
    </message>
    <message>
        <source>Update llmdesk. Until then, what you write is held by this window only.</source>
        <translation>llmdesk aktualisieren. Bis dahin hält nur dieses Fenster das Geschriebene.</translation>
    </message>
    <message>
        <source>Update llmdesk. {unchanged}</source>
        <translation>llmdesk aktualisieren. {unchanged}</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Updates</translation>
    </message>
    <message>
        <source>Usage over time</source>
        <translation>Nutzung über die Zeit</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Use auto, cpu or xpu.</source>
        <translation>auto, cpu oder xpu verwenden.</translation>
    </message>
    <message>
        <source>Use auto, ipex, native or scripted.</source>
        <translation>auto, ipex, native oder scripted verwenden.</translation>
    </message>
    <message>
        <source>Use auto, off, {what}.</source>
        <translation>auto, off, {what} verwenden.</translation>
    </message>
    <message>
        <source>Use for new chats</source>
        <translation>Für neue Chats verwenden</translation>
    </message>
    <message>
        <source>Use in this chat</source>
        <translation>In diesem Chat verwenden</translation>
    </message>
    <message>
        <source>Use ipex or native.</source>
        <translation>ipex oder native verwenden.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Use it after this answer</source>
        <translation>Nach dieser Antwort verwenden</translation>
    </message>
    <message>
        <source>Use port {port}</source>
        <translation>Port {port} verwenden</translation>
    </message>
    <message>
        <source>Use the ids that /tokenize gives.</source>
        <translation>Die Nummern verwenden, die /tokenize liefert.</translation>
    </message>
    <message>
        <source>Use the prompt {title}</source>
        <translation>Den Prompt {title} verwenden</translation>
    </message>
    <message>
        <source>Use {name} in this chat</source>
        <translation>{name} in diesem Chat verwenden</translation>
    </message>
    <message>
        <source>Used in this chat</source>
        <translation>In diesem Chat verwendet</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>Üblich</translation>
    </message>
    <message>
        <source>Values of “{name}”</source>
        <translation>Werte von „{name}“</translation>
    </message>
    <message>
        <source>Vectors of “{kind}” cannot be computed here.</source>
        <translation>Vektoren von „{kind}“ lassen sich hier nicht berechnen.</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Version {number} of {count} of the answer</source>
        <translation>Version {number} von {count} der Antwort</translation>
    </message>
    <message>
        <source>Version {number} of {count} of the prompt</source>
        <translation>Version {number} von {count} des Prompts</translation>
    </message>
    <message>
        <source>Wait a while.</source>
        <translation>Eine Weile warten.</translation>
    </message>
    <message>
        <source>Wait for an answer to finish, then try again.</source>
        <translation>Warten, bis eine Antwort fertig ist, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Wait for it, or stop it there.</source>
        <translation>Darauf warten oder es dort abbrechen.</translation>
    </message>
    <message>
        <source>Waited</source>
        <translation>Gewartet</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>Wartet, bis die Sammlung an der Reihe ist</translation>
    </message>
    <message>
        <source>Waiting for the engine</source>
        <translation>Wartet auf die Engine</translation>
    </message>
    <message>
        <source>Waiting for the first token</source>
        <translation>Wartet auf das erste Token</translation>
    </message>
    <message>
        <source>Waiting prompt</source>
        <translation>Wartender Prompt</translation>
    </message>
    <message>
        <source>Waiting prompts</source>
        <translation>Wartende Prompts</translation>
    </message>
    <message>
        <source>Waiting, {count} before this</source>
        <translation>Wartet, {count} davor</translation>
    </message>
    <message>
        <source>Waits for the engine</source>
        <translation>Wartet auf die Engine</translation>
    </message>
    <message>
        <source>Waits until {title} is fetched.</source>
        <translation>Wartet, bis {title} geholt ist.</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>Webseite</translation>
    </message>
    <message>
        <source>Web pages in a ZIP</source>
        <translation>Webseiten in einem ZIP</translation>
    </message>
    <message>
        <source>Web pages in a folder</source>
        <translation>Webseiten in einem Ordner</translation>
    </message>
    <message>
        <source>Web pages that may use it</source>
        <translation>Zugelassene Webseiten</translation>
    </message>
    <message>
        <source>Web pages that may use the local server, as https://chat.example, with commas between them; empty: none.</source>
        <translation>Webseiten, die den lokalen Server benutzen dürfen, etwa https://chat.example, durch Kommas getrennt; leer: keine.</translation>
    </message>
    <message>
        <source>What a new chat does when the context is full: leave out the oldest turns, stop, or refuse.</source>
        <translation>Was ein neuer Chat tut, wenn der Kontext voll ist: die ältesten Nachrichten weglassen, aufhören oder ablehnen.</translation>
    </message>
    <message>
        <source>What all lanes are asked</source>
        <translation>Was alle Bahnen gefragt werden</translation>
    </message>
    <message>
        <source>What answers at {address} is no hub.</source>
        <translation>Was unter {address} antwortet, ist kein Hub.</translation>
    </message>
    <message>
        <source>What answers at {address} is no version file.</source>
        <translation>Was unter {address} antwortet, ist keine Versionsdatei.</translation>
    </message>
    <message>
        <source>What answers at {host} is no OpenAI-compatible server.</source>
        <translation>Was an {host} antwortet, ist kein OpenAI-kompatibler Server.</translation>
    </message>
    <message>
        <source>What clients may call this machine besides localhost and its address: names, with commas between them.</source>
        <translation>Wie Clients diesen Rechner außer localhost und seiner Adresse nennen dürfen: Namen, durch Kommas getrennt.</translation>
    </message>
    <message>
        <source>What every new chat tells the model before all else; empty: nothing.</source>
        <translation>Was jeder neue Chat dem Modell vor allem anderen sagt; leer: nichts.</translation>
    </message>
    <message>
        <source>What fills the context</source>
        <translation>Was den Kontext füllt</translation>
    </message>
    <message>
        <source>What followed the same words before is drafted and verified together.</source>
        <translation>Was früher auf dieselben Wörter folgte, wird entworfen und zusammen geprüft.</translation>
    </message>
    <message>
        <source>What is free is left for the answer.</source>
        <translation>Was frei ist, bleibt für die Antwort.</translation>
    </message>
    <message>
        <source>What sees is not in it: llama.cpp has that in an mmproj file of its own.</source>
        <translation>Was sieht, ist nicht darin: llama.cpp hat das in einer eigenen mmproj-Datei.</translation>
    </message>
    <message>
        <source>What the model is told before all else in stand mode; empty: nothing.</source>
        <translation>Was dem Modell im Standmodus vor allem anderen gesagt wird; leer: nichts.</translation>
    </message>
    <message>
        <source>What the model thought</source>
        <translation>Was das Modell gedacht hat</translation>
    </message>
    <message>
        <source>What visitors are offered in stand mode: prompts by their titles, as text or /NAME of the library.</source>
        <translation>Was Besuchern im Standmodus angeboten wird: Prompts nach Titeln, als Text oder /NAME aus der Bibliothek.</translation>
    </message>
    <message>
        <source>What was said is this much less likely to come again; 1: off.</source>
        <translation>Um so viel unwahrscheinlicher kommt bereits Gesagtes wieder; 1: aus.</translation>
    </message>
    <message>
        <source>What would you like to try?</source>
        <translation>Womit soll es losgehen?</translation>
    </message>
    <message>
        <source>What you type is forgotten as soon as you start over.</source>
        <translation>Was hier eingegeben wird, ist beim Neubeginn vergessen.</translation>
    </message>
    <message>
        <source>What {host} sends is no stream of an OpenAI-compatible server.</source>
        <translation>Was {host} sendet, ist kein Datenstrom eines OpenAI-kompatiblen Servers.</translation>
    </message>
    <message>
        <source>What {name} says of its vectors cannot be read</source>
        <translation>Was {name} über seine Vektoren sagt, kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>When full: drop oldest</source>
        <translation>Wenn voll: Ältestes weglassen</translation>
    </message>
    <message>
        <source>When full: refuse</source>
        <translation>Wenn voll: Ablehnen</translation>
    </message>
    <message>
        <source>When full: stop</source>
        <translation>Wenn voll: Stopp</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>Wenn der Kontext voll ist</translation>
    </message>
    <message>
        <source>When the context is full, the answer ends there; then questions are refused.</source>
        <translation>Wenn der Kontext voll ist, endet die Antwort dort; danach werden Fragen abgelehnt.</translation>
    </message>
    <message>
        <source>When the context is full, the oldest turns are left out; the system prompt stays.</source>
        <translation>Wenn der Kontext voll ist, werden die ältesten Nachrichten weggelassen; der Systemprompt bleibt.</translation>
    </message>
    <message>
        <source>Where a small model of the same tokens is on this machine, and there is memory for both, it drafts for the large one, which verifies; texts stay the same.</source>
        <translation>Liegt ein kleines Modell mit denselben Token auf diesem Rechner und reicht der Speicher für beide, entwirft es für das große, das prüft; die Texte bleiben gleich.</translation>
    </message>
    <message>
        <source>Where both hold the same token for the likeliest</source>
        <translation>Wo beide dasselbe Token für das wahrscheinlichste halten</translation>
    </message>
    <message>
        <source>Where it listens</source>
        <translation>Wo er lauscht</translation>
    </message>
    <message>
        <source>Whether the model thinks before it answers; a click changes it for this chat</source>
        <translation>Ob das Modell denkt, bevor es antwortet; ein Klick ändert es für diesen Chat</translation>
    </message>
    <message>
        <source>Which of llmdesk's own kernels run, from the next load on.</source>
        <translation>Welche der eigenen Kernel von llmdesk laufen, ab dem nächsten Laden.</translation>
    </message>
    <message>
        <source>While answering, more than {rate} MB/s moved between memory and disk.</source>
        <translation>Während der Antwort wurden mehr als {rate} MB/s zwischen Speicher und Datenträger bewegt.</translation>
    </message>
    <message>
        <source>While answering, other programs computed on {cores} cores or more, twice in a row.</source>
        <translation>Während der Antwort rechneten andere Programme zweimal nacheinander auf mindestens {cores} Kernen.</translation>
    </message>
    <message>
        <source>While answering, the cores' mean clock fell below {percent} % of its median over the last {span} s.</source>
        <translation>Während der Antwort fiel der mittlere Takt der Kerne unter {percent} % seines Medians der letzten {span} s.</translation>
    </message>
    <message>
        <source>While nobody is there, stand mode plays a recording, marked as a replay.</source>
        <translation>Wenn niemand da ist, spielt der Standmodus eine Aufnahme ab, als Wiedergabe gekennzeichnet.</translation>
    </message>
    <message>
        <source>Who the model is to be, and how it is to answer. For example: Answer in short sentences.</source>
        <translation>Wer das Modell sein und wie es antworten soll. Zum Beispiel: Antworte in kurzen Sätzen.</translation>
    </message>
    <message>
        <source>Whoever may delete this file ends stand mode without it.</source>
        <translation>Wer diese Datei löschen darf, beendet den Standmodus ohne sie.</translation>
    </message>
    <message>
        <source>Whoever opens the server's page sees what this window asks and answers, but for private chats.</source>
        <translation>Wer die Seite des Servers öffnet, sieht, was dieses Fenster fragt und antwortet, außer privaten Chats.</translation>
    </message>
    <message>
        <source>Whole screen, or a window</source>
        <translation>Vollbild oder Fenster</translation>
    </message>
    <message>
        <source>Without `revision` and `sha256` in its entry, newer versions are looked for.</source>
        <translation>Ohne `revision` und `sha256` im Eintrag wird nach neueren Fassungen gesucht.</translation>
    </message>
    <message>
        <source>Without words</source>
        <translation>Ohne Worte</translation>
    </message>
    <message>
        <source>Words of a model's name, or its address</source>
        <translation>Wörter aus dem Namen eines Modells, oder seine Adresse</translation>
    </message>
    <message>
        <source>Write a GGUF file</source>
        <translation>GGUF-Datei schreiben</translation>
    </message>
    <message>
        <source>Write a Python function that returns the moving average of a list.</source>
        <translation>Schreibe eine Python-Funktion, die den gleitenden Durchschnitt einer Liste zurückgibt.</translation>
    </message>
    <message>
        <source>Write as a GGUF file…</source>
        <translation>Als GGUF-Datei schreiben…</translation>
    </message>
    <message>
        <source>Write code</source>
        <translation>Code schreiben</translation>
    </message>
    <message>
        <source>Write it as a GGUF file, which llama.cpp and other programs read. In which precision?</source>
        <translation>Als GGUF-Datei schreiben, die llama.cpp und andere Programme lesen. In welcher Genauigkeit?</translation>
    </message>
    <message>
        <source>Writing after a long context</source>
        <translation>Schreiben nach langem Kontext</translation>
    </message>
    <message>
        <source>Writing {name}…</source>
        <translation>{name} wird geschrieben…</translation>
    </message>
    <message>
        <source>Writing {tokens} tokens, {run}</source>
        <translation>Schreiben von {tokens} Token, {run}</translation>
    </message>
    <message>
        <source>Writing, tok/s</source>
        <translation>Schreiben, tok/s</translation>
    </message>
    <message>
        <source>Written to {file}.</source>
        <translation>In {file} geschrieben.</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>You may not look for {title} at {location}.</source>
        <translation>Für {title} fehlt das Recht, unter {location} nachzusehen.</translation>
    </message>
    <message>
        <source>You: {text}</source>
        <translation>Du: {text}</translation>
    </message>
    <message>
        <source>Your chats were written by a newer version of llmdesk: here they can be read, but not changed.</source>
        <translation>Die Chats stammen von einer neueren Version von llmdesk: Hier können sie gelesen, aber nicht geändert werden.</translation>
    </message>
    <message>
        <source>Your chats will be listed here.</source>
        <translation>Hier werden die Chats aufgelistet.</translation>
    </message>
    <message>
        <source>Your models.toml has no model “{model_id}”.</source>
        <translation>In der eigenen models.toml gibt es kein Modell „{model_id}“.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>`llmdesk models list` shows the models.</source>
        <translation>`llmdesk models list` zeigt die Modelle.</translation>
    </message>
    <message>
        <source>`llmdesk serve key add NAME` makes one that nobody can guess.</source>
        <translation>`llmdesk serve key add NAME` erzeugt einen, den niemand erraten kann.</translation>
    </message>
    <message>
        <source>`llmdesk serve key add NAME` makes one that the server knows.</source>
        <translation>`llmdesk serve key add NAME` erzeugt einen, den der Server kennt.</translation>
    </message>
    <message>
        <source>`llmdesk serve key list` shows them.</source>
        <translation>`llmdesk serve key list` zeigt alle Schlüssel.</translation>
    </message>
    <message>
        <source>`pip install --upgrade llmdesk` or `make run` installs it.</source>
        <translation>`pip install --upgrade llmdesk` oder `make run` installiert es.</translation>
    </message>
    <message>
        <source>a character is only half there</source>
        <translation>ein Zeichen ist nur halb vorhanden</translation>
    </message>
    <message>
        <source>a device</source>
        <translation>ein Gerät</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>ein Ordner</translation>
    </message>
    <message>
        <source>a measurement of the memory</source>
        <translation>eine Messung des Speichers</translation>
    </message>
    <message>
        <source>a message follows one that is not before it</source>
        <translation>eine Nachricht folgt auf eine, die nicht vor ihr steht</translation>
    </message>
    <message>
        <source>a model being written to a file</source>
        <translation>ein Modell, das in eine Datei geschrieben wird</translation>
    </message>
    <message>
        <source>a model in Flax's form</source>
        <translation>ein Modell im Flax-Format</translation>
    </message>
    <message>
        <source>a model in LiteRT's form</source>
        <translation>ein Modell im LiteRT-Format</translation>
    </message>
    <message>
        <source>a model in NeMo's form</source>
        <translation>ein Modell im NeMo-Format</translation>
    </message>
    <message>
        <source>a model in ONNX form</source>
        <translation>ein Modell im ONNX-Format</translation>
    </message>
    <message>
        <source>a model in TFLite's or LiteRT's form</source>
        <translation>ein Modell im TFLite- oder LiteRT-Format</translation>
    </message>
    <message>
        <source>a model in TensorFlow's form</source>
        <translation>ein Modell im TensorFlow-Format</translation>
    </message>
    <message>
        <source>a model in TensorFlow's or Keras's form</source>
        <translation>ein Modell im TensorFlow- oder Keras-Format</translation>
    </message>
    <message>
        <source>a model of Core ML's form</source>
        <translation>ein Modell im Core-ML-Format</translation>
    </message>
    <message>
        <source>a model of ExecuTorch's form</source>
        <translation>ein Modell im ExecuTorch-Format</translation>
    </message>
    <message>
        <source>a model of OpenVINO's form</source>
        <translation>ein Modell im OpenVINO-Format</translation>
    </message>
    <message>
        <source>a model that was built for one kind of GPU (TensorRT)</source>
        <translation>ein für eine bestimmte Art von GPU gebautes Modell (TensorRT)</translation>
    </message>
    <message>
        <source>a name</source>
        <translation>ein Name</translation>
    </message>
    <message>
        <source>a named pipe</source>
        <translation>eine benannte Pipe</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>eine Zahl</translation>
    </message>
    <message>
        <source>a number is infinite</source>
        <translation>eine Zahl ist unendlich</translation>
    </message>
    <message>
        <source>a number is too large</source>
        <translation>eine Zahl ist zu groß</translation>
    </message>
    <message>
        <source>a prompt has no answer</source>
        <translation>ein Prompt hat keine Antwort</translation>
    </message>
    <message>
        <source>a race</source>
        <translation>ein Rennen</translation>
    </message>
    <message>
        <source>a server</source>
        <translation>ein Server</translation>
    </message>
    <message>
        <source>a socket</source>
        <translation>ein Socket</translation>
    </message>
    <message>
        <source>a table</source>
        <translation>eine Tabelle</translation>
    </message>
    <message>
        <source>a time is outside the calendar</source>
        <translation>eine Zeit liegt außerhalb des Kalenders</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>eine ganze Zahl</translation>
    </message>
    <message>
        <source>about</source>
        <translation>etwa</translation>
    </message>
    <message numerus="yes">
        <source>about %n token(s)</source>
        <translation>
            <numerusform>etwa %Ln Token</numerusform>
            <numerusform>etwa %Ln Token</numerusform>
        </translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>noch etwa {time}</translation>
    </message>
    <message>
        <source>about {used} of {available} tokens</source>
        <translation>etwa {used} von {available} Token</translation>
    </message>
    <message>
        <source>about {used} tokens</source>
        <translation>etwa {used} Token</translation>
    </message>
    <message>
        <source>after {time} without use</source>
        <translation>nach {time} ohne Benutzung</translation>
    </message>
    <message>
        <source>after {tokens:,} tokens</source>
        <translation>nach {tokens:,} Token</translation>
    </message>
    <message>
        <source>an array of NumPy's</source>
        <translation>ein NumPy-Array</translation>
    </message>
    <message>
        <source>an id is none of llmdesk's</source>
        <translation>eine ID stammt nicht von llmdesk</translation>
    </message>
    <message>
        <source>an unknown amount</source>
        <translation>eine unbekannte Menge</translation>
    </message>
    <message>
        <source>an unknown day</source>
        <translation>einem unbekannten Tag</translation>
    </message>
    <message>
        <source>answer stopped</source>
        <translation>Antwort abgebrochen</translation>
    </message>
    <message>
        <source>answer was in the cache</source>
        <translation>Antwort war gespeichert</translation>
    </message>
    <message>
        <source>answer {lengths}</source>
        <translation>Antwort {lengths}</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>antwortet</translation>
    </message>
    <message>
        <source>as many as are best</source>
        <translation>so viele, wie am besten sind</translation>
    </message>
    <message>
        <source>as {precision} with a context of {tokens:,} tokens ({size:.1f} GB)</source>
        <translation>als {precision} mit einem Kontext von {tokens:,} Token ({size:.1f} GB)</translation>
    </message>
    <message>
        <source>asking {host}</source>
        <translation>{host} wird gefragt</translation>
    </message>
    <message>
        <source>at most {le:g}</source>
        <translation>höchstens {le:g}</translation>
    </message>
    <message>
        <source>best</source>
        <translation>beste</translation>
    </message>
    <message>
        <source>by itself</source>
        <translation>von selbst</translation>
    </message>
    <message>
        <source>by “partial_rotary_factor” {dims} dimensions are rotated</source>
        <translation>nach „partial_rotary_factor“ werden {dims} Dimensionen rotiert</translation>
    </message>
    <message>
        <source>by “{key}” layers share keys and values that no layer has ({shown})</source>
        <translation>nach „{key}“ teilen sich Schichten Schlüssel und Werte, die keine Schicht hat ({shown})</translation>
    </message>
    <message>
        <source>by “{key}” {value} dimensions of {head_dim} would be rotated</source>
        <translation>nach „{key}“ würden {value} von {head_dim} Dimensionen rotiert</translation>
    </message>
    <message>
        <source>cache {figure} GB</source>
        <translation>Cache {figure} GB</translation>
    </message>
    <message>
        <source>calls tools</source>
        <translation>ruft Werkzeuge auf</translation>
    </message>
    <message>
        <source>chat_template in tokenizer_config.json or chat_template.jinja cannot be used</source>
        <translation>chat_template in tokenizer_config.json oder chat_template.jinja ist nicht verwendbar</translation>
    </message>
    <message>
        <source>checking the converted weights</source>
        <translation>umgewandelte Gewichte werden geprüft</translation>
    </message>
    <message>
        <source>checking the file</source>
        <translation>Datei wird geprüft</translation>
    </message>
    <message>
        <source>clock fell to {now:.1f} from {usual:.1f} GHz</source>
        <translation>Takt fiel von {usual:.1f} auf {now:.1f} GHz</translation>
    </message>
    <message>
        <source>code, agents, quick</source>
        <translation>Code, Agenten, schnell</translation>
    </message>
    <message>
        <source>config.json cannot be used</source>
        <translation>config.json ist nicht verwendbar</translation>
    </message>
    <message>
        <source>config.json in {name} cannot be read</source>
        <translation>config.json in {name} kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>config.json: no “{kind}” can be made of it</source>
        <translation>config.json: daraus lässt sich kein „{kind}“ bauen</translation>
    </message>
    <message>
        <source>config.json: “quantization_config” cannot be read</source>
        <translation>config.json: „quantization_config“ kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>context of {n:,} tokens</source>
        <translation>Kontext von {n:,} Token</translation>
    </message>
    <message>
        <source>converting the tokenizer, once</source>
        <translation>Tokenizer wird umgewandelt (einmalig)</translation>
    </message>
    <message>
        <source>converting the weights, once</source>
        <translation>Gewichte werden umgewandelt (einmalig)</translation>
    </message>
    <message>
        <source>copying to the GPU</source>
        <translation>wird auf die GPU kopiert</translation>
    </message>
    <message>
        <source>depth {lengths}</source>
        <translation>Tiefe {lengths}</translation>
    </message>
    <message>
        <source>did not load</source>
        <translation>nicht geladen (Fehler)</translation>
    </message>
    <message>
        <source>docs/demos.md has the form; `llmdesk demo --list` shows the demos that are there.</source>
        <translation>docs/demos.md beschreibt die Form; `llmdesk demo --list` zeigt die vorhandenen Vorführungen.</translation>
    </message>
    <message>
        <source>docs/links.md has the links that there are.</source>
        <translation>docs/links.md nennt die Links, die es gibt.</translation>
    </message>
    <message numerus="yes">
        <source>done: %n token(s), first token after {time}</source>
        <translation>
            <numerusform>fertig: ein Token, nach {time}</numerusform>
            <numerusform>fertig: %Ln Token, das erste nach {time}</numerusform>
        </translation>
    </message>
    <message>
        <source>embeddings, not for chat</source>
        <translation>Embeddings, nicht für Chats</translation>
    </message>
    <message>
        <source>ended at the length limit</source>
        <translation>endete an der Längengrenze</translation>
    </message>
    <message>
        <source>ended because the context is full</source>
        <translation>endete, weil der Kontext voll ist</translation>
    </message>
    <message>
        <source>equal choices</source>
        <translation>gleiche Wahl</translation>
    </message>
    <message>
        <source>everyday questions, English</source>
        <translation>Alltagsfragen, Englisch</translation>
    </message>
    <message>
        <source>everyday, European languages</source>
        <translation>Alltag, europäische Sprachen</translation>
    </message>
    <message>
        <source>everyday, many languages</source>
        <translation>Alltag, viele Sprachen</translation>
    </message>
    <message>
        <source>expected "keyring" or "env:NAME" (an environment variable); a key itself is a secret and does not belong into this file. Take it out and enter it with `llmdesk models add URL --key`</source>
        <translation>erwartet wird "keyring" oder "env:NAME" (eine Umgebungsvariable); ein Schlüssel selbst ist geheim und gehört nicht in diese Datei. Ihn entfernen und mit `llmdesk models add URL --key` eingeben</translation>
    </message>
    <message>
        <source>expected NAME.gguf, found “{file}”</source>
        <translation>NAME.gguf erwartet, „{file}“ gefunden</translation>
    </message>
    <message>
        <source>expected OWNER/NAME for source = "hub", found “{location}”</source>
        <translation>bei source = "hub" wird OWNER/NAME erwartet, angegeben ist „{location}“</translation>
    </message>
    <message>
        <source>expected PACKAGE/NAME.gguf, found “{file}”</source>
        <translation>erwartet wird PACKAGE/NAME.gguf, angegeben ist „{file}“</translation>
    </message>
    <message>
        <source>expected a name other than {names}, found {found!r}</source>
        <translation>erwartet wird ein anderer Name als {names}, angegeben ist {found!r}</translation>
    </message>
    <message>
        <source>expected an address as http://name:3128, without user and password</source>
        <translation>erwartet wird eine Adresse wie http://name:3128, ohne Nutzer und Passwort</translation>
    </message>
    <message>
        <source>expected an address such as http://10.0.0.5:8000/v1</source>
        <translation>erwartet wird eine Adresse wie http://10.0.0.5:8000/v1</translation>
    </message>
    <message>
        <source>expected an address without user, password or parameters: keys have places of their own</source>
        <translation>erwartet wird eine Adresse ohne Benutzer, Passwort oder Parameter: Schlüssel haben ihren eigenen Platz</translation>
    </message>
    <message>
        <source>expected one of {names}, found {preset!r}</source>
        <translation>erwartet wird eine der Angaben {names}, angegeben ist {preset!r}</translation>
    </message>
    <message>
        <source>expected {expected}, found {found}</source>
        <translation>erwartet wird {expected}, angegeben ist {found}</translation>
    </message>
    <message>
        <source>expected {it}</source>
        <translation>erwartet wird: {it}</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>ausgefallen</translation>
    </message>
    <message>
        <source>failed: {reason}</source>
        <translation>ausgefallen: {reason}</translation>
    </message>
    <message>
        <source>fetched {count} times</source>
        <translation>{count}-mal geholt</translation>
    </message>
    <message>
        <source>fidelity not measured</source>
        <translation>Treue nicht gemessen</translation>
    </message>
    <message>
        <source>finding the best number of threads, once</source>
        <translation>beste Threadzahl wird ermittelt (einmalig)</translation>
    </message>
    <message>
        <source>finish</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>first difference</source>
        <translation>erster Unterschied</translation>
    </message>
    <message>
        <source>first token</source>
        <translation>erstes Token</translation>
    </message>
    <message>
        <source>folded</source>
        <translation>zugeklappt</translation>
    </message>
    <message>
        <source>for {purpose}</source>
        <translation>für {purpose}</translation>
    </message>
    <message>
        <source>found by their words only</source>
        <translation>nur nach ihren Wörtern zu finden</translation>
    </message>
    <message>
        <source>free {figure} GB</source>
        <translation>frei {figure} GB</translation>
    </message>
    <message>
        <source>from the answer cache: asked before in the same words, nothing was computed</source>
        <translation>aus dem Antwortspeicher: schon einmal wörtlich gefragt, nichts wurde berechnet</translation>
    </message>
    <message>
        <source>gets ready</source>
        <translation>macht sich bereit</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>greedy</translation>
    </message>
    <message>
        <source>hard questions, code</source>
        <translation>schwere Fragen, Code</translation>
    </message>
    <message>
        <source>hardest questions, quick</source>
        <translation>schwerste Fragen, schnell</translation>
    </message>
    <message>
        <source>has no weights</source>
        <translation>hat keine Gewichte</translation>
    </message>
    <message>
        <source>has several GGUF files</source>
        <translation>enthält mehrere GGUF-Dateien</translation>
    </message>
    <message>
        <source>hears or makes speech</source>
        <translation>Sprache hört oder erzeugt</translation>
    </message>
    <message>
        <source>held as {precision}</source>
        <translation>gehalten als {precision}</translation>
    </message>
    <message>
        <source>holds several models</source>
        <translation>enthält mehrere Modelle</translation>
    </message>
    <message>
        <source>holds several models of Ollama's</source>
        <translation>enthält mehrere Modelle von Ollama</translation>
    </message>
    <message>
        <source>images, quick answers</source>
        <translation>Bilder, schnelle Antworten</translation>
    </message>
    <message>
        <source>in</source>
        <translation>in</translation>
    </message>
    <message>
        <source>in memory</source>
        <translation>im Speicher</translation>
    </message>
    <message numerus="yes">
        <source>in {count} token(s)</source>
        <translation>
            <numerusform>in {count} Token</numerusform>
            <numerusform>in {count} Token</numerusform>
        </translation>
    </message>
    <message>
        <source>instructions and tools</source>
        <translation>Anweisungen und Werkzeuge</translation>
    </message>
    <message>
        <source>intel-extension-for-pytorch is not installed</source>
        <translation>intel-extension-for-pytorch ist nicht installiert</translation>
    </message>
    <message>
        <source>intel-extension-for-pytorch is not installed whole.</source>
        <translation>intel-extension-for-pytorch ist nicht vollständig installiert.</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>is a LoRA adapter, not a model</source>
        <translation>ist ein LoRA-Adapter, kein Modell</translation>
    </message>
    <message>
        <source>is a pickle, and reading such a file can run any code</source>
        <translation>ist ein Pickle, und das Lesen einer solchen Datei kann beliebigen Code ausführen</translation>
    </message>
    <message>
        <source>is an importance matrix, a by-product of quantising, not a model</source>
        <translation>ist eine Importance-Matrix, ein Nebenprodukt der Quantisierung, kein Modell</translation>
    </message>
    <message>
        <source>is for source = "server" only</source>
        <translation>gilt nur bei source = "server"</translation>
    </message>
    <message>
        <source>is in Core ML's form</source>
        <translation>liegt im Core-ML-Format vor</translation>
    </message>
    <message>
        <source>is in Flax's form</source>
        <translation>liegt im Flax-Format vor</translation>
    </message>
    <message>
        <source>is in LiteRT's form</source>
        <translation>liegt im LiteRT-Format vor</translation>
    </message>
    <message>
        <source>is in NeMo's form</source>
        <translation>liegt im NeMo-Format vor</translation>
    </message>
    <message>
        <source>is in ONNX form</source>
        <translation>liegt im ONNX-Format vor</translation>
    </message>
    <message>
        <source>is in OpenVINO's form</source>
        <translation>liegt im OpenVINO-Format vor</translation>
    </message>
    <message>
        <source>is in TFLite's form</source>
        <translation>liegt im TFLite-Format vor</translation>
    </message>
    <message>
        <source>is in TensorFlow's form</source>
        <translation>liegt im TensorFlow-Format vor</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>is missing; source = "package" needs `file` and `revision`</source>
        <translation>fehlt; source = "package" benötigt `file` und `revision`</translation>
    </message>
    <message>
        <source>is missing; source = "server" needs the name that the model has there</source>
        <translation>fehlt; source = "server" benötigt den Namen, den das Modell dort hat</translation>
    </message>
    <message>
        <source>is the part of a model that sees or hears (mmproj), not the model</source>
        <translation>ist der Teil eines Modells, der sieht oder hört (mmproj), nicht das Modell</translation>
    </message>
    <message>
        <source>is unknown</source>
        <translation>ist unbekannt</translation>
    </message>
    <message>
        <source>is unknown here; entries begin with [[model]]</source>
        <translation>ist hier unbekannt; Einträge beginnen mit [[model]]</translation>
    </message>
    <message>
        <source>is unknown; the keys are {names}</source>
        <translation>ist unbekannt; die Schlüssel sind {names}</translation>
    </message>
    <message>
        <source>is unknown; the nearest is “{near}”</source>
        <translation>ist unbekannt; am nächsten kommt „{near}“</translation>
    </message>
    <message>
        <source>it could not be read</source>
        <translation>er konnte nicht gelesen werden</translation>
    </message>
    <message>
        <source>it does not write text</source>
        <translation>es schreibt keinen Text</translation>
    </message>
    <message>
        <source>it failed</source>
        <translation>mit einem Fehler</translation>
    </message>
    <message>
        <source>it fills gaps in a text and does not go on with one</source>
        <translation>es füllt Lücken in einem Text und setzt ihn nicht fort</translation>
    </message>
    <message>
        <source>it has an encoder and a decoder</source>
        <translation>es hat einen Encoder und einen Decoder</translation>
    </message>
    <message>
        <source>it has an encoder and a decoder, and llmdesk runs decoders only</source>
        <translation>es hat einen Encoder und einen Decoder, und llmdesk führt nur Decoder aus</translation>
    </message>
    <message>
        <source>it has more experts than the kernels were made for</source>
        <translation>es hat mehr Experten, als die Kernel vorsehen</translation>
    </message>
    <message>
        <source>it has more layers than the kernels were made for</source>
        <translation>es hat mehr Schichten, als die Kernel vorsehen</translation>
    </message>
    <message>
        <source>it has {free:.1f} GB free and {needed:.1f} GB are needed</source>
        <translation>{free:.1f} GB sind frei, {needed:.1f} GB werden benötigt</translation>
    </message>
    <message>
        <source>it holds something else than chats</source>
        <translation>sie enthält etwas anderes als Chats</translation>
    </message>
    <message>
        <source>it is missing</source>
        <translation>der Eintrag fehlt</translation>
    </message>
    <message>
        <source>it is nested too deeply</source>
        <translation>es ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>it is no text</source>
        <translation>es ist kein Text</translation>
    </message>
    <message>
        <source>it is not text in UTF-8</source>
        <translation>es ist kein Text in UTF-8</translation>
    </message>
    <message>
        <source>it makes sound, not text</source>
        <translation>es erzeugt Klang, nicht Text</translation>
    </message>
    <message>
        <source>it needs program code from its publisher, and llmdesk never runs such code</source>
        <translation>es benötigt Programmcode seines Herausgebers, und llmdesk führt solchen Code nie aus</translation>
    </message>
    <message>
        <source>it sends on to an address without HTTPS</source>
        <translation>es leitet zu einer Adresse ohne HTTPS weiter</translation>
    </message>
    <message>
        <source>it should hold an object</source>
        <translation>es müsste ein Objekt enthalten</translation>
    </message>
    <message>
        <source>it takes longer than {value:.0f} seconds</source>
        <translation>sie braucht länger als {value:.0f} Sekunden</translation>
    </message>
    <message>
        <source>it takes too much memory or time</source>
        <translation>sie braucht zu viel Speicher oder Zeit</translation>
    </message>
    <message>
        <source>it writes {found} pictures of {count}</source>
        <translation>sie schreibt {found} von {count} Bildern</translation>
    </message>
    <message>
        <source>its activation {activation} is unusual, so it runs on transformers' own modules</source>
        <translation>seine Aktivierung {activation} ist unüblich, daher läuft es auf den Modulen von transformers</translation>
    </message>
    <message>
        <source>its layers are unusual, so it runs on transformers' own modules</source>
        <translation>seine Schichten sind unüblich, daher läuft es auf den Modulen von transformers</translation>
    </message>
    <message>
        <source>its layers have unusual sizes</source>
        <translation>seine Schichten haben unübliche Größen</translation>
    </message>
    <message>
        <source>its queries, keys and values are clipped, so it runs on transformers' own modules</source>
        <translation>seine Anfragen, Schlüssel und Werte werden begrenzt, daher läuft es auf den Modulen von transformers</translation>
    </message>
    <message>
        <source>its tokens see what comes after them, so it runs on transformers' own modules</source>
        <translation>seine Token sehen, was nach ihnen kommt, daher läuft es auf den Modulen von transformers</translation>
    </message>
    <message>
        <source>judges texts or marks them, and writes none</source>
        <translation>Texte bewertet oder markiert und keine schreibt</translation>
    </message>
    <message>
        <source>keeps its weights in Ollama's own form, tensor by tensor</source>
        <translation>bewahrt seine Gewichte im eigenen Format von Ollama auf, Tensor für Tensor</translation>
    </message>
    <message>
        <source>kernels of {name}</source>
        <translation>Kernel von {name}</translation>
    </message>
    <message>
        <source>kernels: {names}</source>
        <translation>Kernel: {names}</translation>
    </message>
    <message>
        <source>key “{key}”: {mistake}.</source>
        <translation>Schlüssel „{key}“: {mistake}.</translation>
    </message>
    <message>
        <source>knowledge, quick answers</source>
        <translation>Wissen, schnelle Antworten</translation>
    </message>
    <message>
        <source>less than {lt:g}</source>
        <translation>weniger als {lt:g}</translation>
    </message>
    <message>
        <source>line {line}: this is not TOML: {reason}</source>
        <translation>Zeile {line}: Das ist kein TOML: {reason}</translation>
    </message>
    <message>
        <source>lines {span}</source>
        <translation>Zeilen {span}</translation>
    </message>
    <message>
        <source>little memory, English</source>
        <translation>wenig Speicher, Englisch</translation>
    </message>
    <message>
        <source>llmdesk did not run</source>
        <translation>llmdesk lief nicht</translation>
    </message>
    <message>
        <source>llmdesk did not write {file}, so it stays.</source>
        <translation>llmdesk hat {file} nicht geschrieben, daher bleibt die Datei.</translation>
    </message>
    <message>
        <source>llmdesk goes on</source>
        <translation>llmdesk läuft weiter</translation>
    </message>
    <message>
        <source>llmdesk is closing.</source>
        <translation>llmdesk wird gerade beendet.</translation>
    </message>
    <message>
        <source>llmdesk is in offline mode: no model is searched for or fetched.</source>
        <translation>llmdesk ist im Offline-Modus: kein Modell wird gesucht oder geholt.</translation>
    </message>
    <message>
        <source>llmdesk is in offline mode: no newer version is looked for or fetched.</source>
        <translation>llmdesk ist im Offline-Modus: keine neuere Version wird gesucht oder geholt.</translation>
    </message>
    <message>
        <source>llmdesk is open.</source>
        <translation>llmdesk ist offen.</translation>
    </message>
    <message>
        <source>llmdesk may not write to {parent}.</source>
        <translation>llmdesk darf in {parent} nicht schreiben.</translation>
    </message>
    <message>
        <source>llmdesk may take no more here; raise engine.memory_limit_gb, or choose a smaller model.</source>
        <translation>Mehr darf llmdesk hier nicht belegen; engine.memory_limit_gb erhöhen oder ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>llmdesk must be able to write to {parent}.</source>
        <translation>llmdesk muss in {parent} schreiben können.</translation>
    </message>
    <message>
        <source>llmdesk reads a folder with config.json, tokenizer and *.safetensors files, or one .gguf file.</source>
        <translation>llmdesk liest einen Ordner mit config.json, Tokenizer und *.safetensors-Dateien, oder eine .gguf-Datei.</translation>
    </message>
    <message>
        <source>llmdesk reads safetensors and GGUF only: look for those files of the same model.</source>
        <translation>llmdesk liest nur safetensors und GGUF: diese Dateien desselben Modells suchen.</translation>
    </message>
    <message>
        <source>llmdesk reads safetensors and GGUF only; pickled weights can run any code and are never fetched.</source>
        <translation>llmdesk liest nur safetensors und GGUF; Gewichte als Pickle können beliebigen Code ausführen und werden nie heruntergeladen.</translation>
    </message>
    <message>
        <source>llmdesk starts when you log in; without a window where it has an icon.</source>
        <translation>llmdesk startet beim Anmelden; ohne Fenster, wo es ein Symbol hat.</translation>
    </message>
    <message numerus="yes">
        <source>llmdesk uses about {used} of %n core(s).</source>
        <translation>
            <numerusform>llmdesk nutzt etwa {used} von %Ln Kern.</numerusform>
            <numerusform>llmdesk nutzt etwa {used} von %Ln Kernen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>llmdesk uses about {used} of %n processor thread(s).</source>
        <translation>
            <numerusform>llmdesk nutzt etwa {used} von %Ln Prozessor-Thread.</numerusform>
            <numerusform>llmdesk nutzt etwa {used} von %Ln Prozessor-Threads.</numerusform>
        </translation>
    </message>
    <message>
        <source>llmdesk uses all processor cores.</source>
        <translation>llmdesk nutzt alle Prozessorkerne.</translation>
    </message>
    <message>
        <source>llmdesk with its model may take {size} GB (engine.memory_limit_gb sets it).</source>
        <translation>llmdesk darf mit seinem Modell {size} GB belegen (festgelegt durch engine.memory_limit_gb).</translation>
    </message>
    <message>
        <source>llmdesk {process} GB, system {system} GB</source>
        <translation>llmdesk {process} GB, System {system} GB</translation>
    </message>
    <message>
        <source>llmdesk {process}, system {system}</source>
        <translation>llmdesk {process}, System {system}</translation>
    </message>
    <message>
        <source>llmdesk {version} is there.</source>
        <translation>llmdesk {version} ist da.</translation>
    </message>
    <message>
        <source>llmdesk's kernels for {name}</source>
        <translation>Kernel von llmdesk für {name}</translation>
    </message>
    <message>
        <source>llmdesk's own kernels are not used: {reason}</source>
        <translation>Die eigenen Kernel von llmdesk werden nicht benutzt: {reason}</translation>
    </message>
    <message>
        <source>llmdesk's own kernels cannot run here.</source>
        <translation>Die eigenen Kernel von llmdesk können hier nicht laufen.</translation>
    </message>
    <message>
        <source>llmdesk's own kernels for {isa}</source>
        <translation>eigene Kernel von llmdesk für {isa}</translation>
    </message>
    <message>
        <source>llmdesk's own kernels need an x86-64 processor with AVX2</source>
        <translation>die eigenen Kernel von llmdesk benötigen einen x86-64-Prozessor mit AVX2</translation>
    </message>
    <message>
        <source>llmdesk, live</source>
        <translation>llmdesk, live</translation>
    </message>
    <message>
        <source>llmdesk: something went wrong</source>
        <translation>llmdesk: Es ist ein Fehler aufgetreten</translation>
    </message>
    <message>
        <source>load average {load} before</source>
        <translation>Last {load} davor</translation>
    </message>
    <message>
        <source>loading, {percent}</source>
        <translation>wird geladen, {percent}</translation>
    </message>
    <message>
        <source>logit_bias names a token that this model does not have; it has {count}.</source>
        <translation>logit_bias nennt ein Token, das dieses Modell nicht hat; es hat {count}.</translation>
    </message>
    <message>
        <source>logprobs and logit_bias are for models that run here.</source>
        <translation>logprobs und logit_bias gibt es nur für Modelle, die hier laufen.</translation>
    </message>
    <message>
        <source>looked at {day}, {time}</source>
        <translation>angesehen am {day}, {time}</translation>
    </message>
    <message>
        <source>looking for models</source>
        <translation>Modelle werden gesucht</translation>
    </message>
    <message>
        <source>made {day}</source>
        <translation>erzeugt am {day}</translation>
    </message>
    <message>
        <source>makes pictures or films</source>
        <translation>Bilder oder Filme erzeugt</translation>
    </message>
    <message>
        <source>makes pictures or films (diffusers' form) and writes no texts</source>
        <translation>erzeugt Bilder oder Filme (Format von diffusers) und schreibt keine Texte</translation>
    </message>
    <message>
        <source>makes vectors out of texts (embeddings) and writes none</source>
        <translation>aus Texten Vektoren macht (Embeddings) und keine schreibt</translation>
    </message>
    <message>
        <source>makes vectors out of texts (embeddings) or judges them, and writes none</source>
        <translation>aus Texten Vektoren macht (Embeddings) oder sie bewertet und keine schreibt</translation>
    </message>
    <message>
        <source>maths and reasoning</source>
        <translation>Mathematik und Nachdenken</translation>
    </message>
    <message>
        <source>measured on another machine: {machine}</source>
        <translation>auf einem anderen Rechner gemessen: {machine}</translation>
    </message>
    <message>
        <source>measured with older kernels</source>
        <translation>mit älteren Kerneln gemessen</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>memory is moved to disk, {rate:.0f} MB/s</source>
        <translation>Speicher wird ausgelagert, {rate:.0f} MB/s</translation>
    </message>
    <message numerus="yes">
        <source>message(s)</source>
        <translation>
            <numerusform>Nachricht</numerusform>
            <numerusform>Nachrichten</numerusform>
        </translation>
    </message>
    <message>
        <source>model ready</source>
        <translation>Modell bereit</translation>
    </message>
    <message>
        <source>model {figure} GB</source>
        <translation>Modell {figure} GB</translation>
    </message>
    <message>
        <source>more than {gt:g}</source>
        <translation>mehr als {gt:g}</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>must be written as [[model]] tables</source>
        <translation>muss als [[model]]-Tabellen geschrieben sein</translation>
    </message>
    <message>
        <source>needs a login</source>
        <translation>verlangt eine Anmeldung</translation>
    </message>
    <message>
        <source>new answer</source>
        <translation>neue Antwort</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>kein Modell</translation>
    </message>
    <message>
        <source>nobody's home is known for “{location}”</source>
        <translation>für „{location}“ ist kein Benutzerordner bekannt</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>not comparable</source>
        <translation>nicht vergleichbar</translation>
    </message>
    <message>
        <source>not loaded</source>
        <translation>nicht geladen</translation>
    </message>
    <message>
        <source>not measurable</source>
        <translation>nicht messbar</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>not possible now</source>
        <translation>jetzt nicht möglich</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht gesetzt</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>nothing has come for {seconds} s</source>
        <translation>seit {seconds} s kam nichts</translation>
    </message>
    <message>
        <source>nothing to compare</source>
        <translation>nichts zu vergleichen</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>of {seconds} s</source>
        <translation>von {seconds} s</translation>
    </message>
    <message>
        <source>of {speed}</source>
        <translation>von {speed}</translation>
    </message>
    <message>
        <source>of {speed} GFLOP/s</source>
        <translation>von {speed} GFLOP/s</translation>
    </message>
    <message>
        <source>of {speed} TFLOP/s</source>
        <translation>von {speed} TFLOP/s</translation>
    </message>
    <message>
        <source>of {total} GB</source>
        <translation>von {total} GB</translation>
    </message>
    <message>
        <source>of {total} drafted tokens right</source>
        <translation>von {total} entworfenen Token richtig</translation>
    </message>
    <message>
        <source>on battery</source>
        <translation>Akkubetrieb</translation>
    </message>
    <message>
        <source>on this machine</source>
        <translation>auf diesem Rechner</translation>
    </message>
    <message>
        <source>opening the model</source>
        <translation>Modell wird geöffnet</translation>
    </message>
    <message>
        <source>other programs compute, too</source>
        <translation>andere Programme rechnen mit</translation>
    </message>
    <message>
        <source>packing</source>
        <translation>Gewichte werden gepackt</translation>
    </message>
    <message>
        <source>page {span}</source>
        <translation>Seite {span}</translation>
    </message>
    <message>
        <source>pages {span}</source>
        <translation>Seiten {span}</translation>
    </message>
    <message>
        <source>paragraphs {span}</source>
        <translation>Absätze {span}</translation>
    </message>
    <message numerus="yes">
        <source>part(s)</source>
        <translation>
            <numerusform>Teil</numerusform>
            <numerusform>Teilen</numerusform>
        </translation>
    </message>
    <message>
        <source>partly fetched</source>
        <translation>zum Teil geholt</translation>
    </message>
    <message>
        <source>passages</source>
        <translation>Fundstellen</translation>
    </message>
    <message>
        <source>per token</source>
        <translation>pro Token</translation>
    </message>
    <message>
        <source>per token p50</source>
        <translation>pro Token p50</translation>
    </message>
    <message>
        <source>pictures, documents</source>
        <translation>Bilder, Dokumente</translation>
    </message>
    <message>
        <source>pictures, short texts</source>
        <translation>Bilder, kurze Texte</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>angeheftet</translation>
    </message>
    <message>
        <source>pip can uninstall it.</source>
        <translation>pip kann es deinstallieren.</translation>
    </message>
    <message>
        <source>pip could not fetch {requirement}.</source>
        <translation>pip konnte {requirement} nicht herunterladen.</translation>
    </message>
    <message>
        <source>pip could not fetch {requirement}: the package index cannot be reached.</source>
        <translation>pip konnte {requirement} nicht laden: Der Paketindex ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>pip could not fetch {requirement}: the package index does not have it.</source>
        <translation>pip konnte {requirement} nicht laden: Der Paketindex hat es nicht.</translation>
    </message>
    <message>
        <source>plugged in</source>
        <translation>am Netz</translation>
    </message>
    <message>
        <source>preparing the kernels</source>
        <translation>Kernel werden vorbereitet</translation>
    </message>
    <message>
        <source>private</source>
        <translation>privat</translation>
    </message>
    <message>
        <source>processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>prompt of {n:,} tokens</source>
        <translation>Prompt mit {n:,} Token</translation>
    </message>
    <message>
        <source>prompt tok/s</source>
        <translation>Prompt-Token/s</translation>
    </message>
    <message>
        <source>prompt {lengths}</source>
        <translation>Prompt {lengths}</translation>
    </message>
    <message>
        <source>prompt {prompt:,}, answer {answer:,}</source>
        <translation>Prompt {prompt:,}, Antwort {answer:,}</translation>
    </message>
    <message>
        <source>prompts and answers do not take turns</source>
        <translation>Prompts und Antworten wechseln sich nicht ab</translation>
    </message>
    <message>
        <source>quick extraction, sorting</source>
        <translation>schnelles Auslesen, Sortieren</translation>
    </message>
    <message>
        <source>quick short answers</source>
        <translation>schnelle kurze Antworten</translation>
    </message>
    <message>
        <source>quick, many languages</source>
        <translation>schnell, viele Sprachen</translation>
    </message>
    <message>
        <source>random</source>
        <translation>zufällig</translation>
    </message>
    <message>
        <source>random weights</source>
        <translation>zufällige Gewichte</translation>
    </message>
    <message>
        <source>reading the prompt, {percent} %</source>
        <translation>liest den Prompt, {percent} %</translation>
    </message>
    <message>
        <source>reading weights</source>
        <translation>Gewichte werden gelesen</translation>
    </message>
    <message>
        <source>reasoning, many languages</source>
        <translation>Nachdenken, viele Sprachen</translation>
    </message>
    <message>
        <source>recommended here</source>
        <translation>hier empfohlen</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>Maßstab</translation>
    </message>
    <message>
        <source>research, fully open</source>
        <translation>Forschung, ganz offen</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>widerrufen</translation>
    </message>
    <message>
        <source>rows {span}</source>
        <translation>Zeilen {span}</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>safetensors, the publisher's own weights</source>
        <translation>safetensors, die Gewichte des Anbieters selbst</translation>
    </message>
    <message>
        <source>sampled with seed {seed}</source>
        <translation>Sampling mit Seed {seed}</translation>
    </message>
    <message>
        <source>searching your folders</source>
        <translation>Suche in eigenen Ordnern</translation>
    </message>
    <message>
        <source>sees images</source>
        <translation>sieht Bilder</translation>
    </message>
    <message>
        <source>sees pictures and writes no texts</source>
        <translation>Bilder sieht und keine Texte schreibt</translation>
    </message>
    <message>
        <source>server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>set</source>
        <translation>gesetzt</translation>
    </message>
    <message>
        <source>settings.toml, in the system's editor</source>
        <translation>settings.toml, im Editor des Systems</translation>
    </message>
    <message>
        <source>sheet {sheet}, {where}</source>
        <translation>Blatt {sheet}, {where}</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>wird gezeigt</translation>
    </message>
    <message>
        <source>slowed down by heat</source>
        <translation>durch Hitze gebremst</translation>
    </message>
    <message>
        <source>small letters, digits, dots and dashes, with a letter or digit first</source>
        <translation>Kleinbuchstaben, Ziffern, Punkte und Bindestriche, am Anfang ein Buchstabe oder eine Ziffer</translation>
    </message>
    <message>
        <source>some of its layers have no experts, so it runs on transformers' own modules</source>
        <translation>einige seiner Schichten haben keine Experten, daher läuft es auf den Modulen von transformers</translation>
    </message>
    <message>
        <source>something else</source>
        <translation>etwas anderes</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>starting the engine</source>
        <translation>Engine wird gestartet</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>summaries, eight languages</source>
        <translation>Zusammenfassungen, acht Sprachen</translation>
    </message>
    <message>
        <source>system</source>
        <translation>System</translation>
    </message>
    <message>
        <source>takes about {needed:.1f} GB</source>
        <translation>benötigt etwa {needed:.1f} GB</translation>
    </message>
    <message>
        <source>takes {needed:.1f} GB</source>
        <translation>benötigt {needed:.1f} GB</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>that was removed</source>
        <translation>die entfernt wurde</translation>
    </message>
    <message>
        <source>the fastest here</source>
        <translation>die schnellsten hier</translation>
    </message>
    <message>
        <source>the installed transformers does not know it</source>
        <translation>das installierte transformers kennt sie nicht</translation>
    </message>
    <message>
        <source>the name of a .gguf file inside the repository or package, or of its folder with a /</source>
        <translation>der Name einer .gguf-Datei im Repository oder Paket, oder der ihres Ordners mit einem /</translation>
    </message>
    <message>
        <source>there is no such key</source>
        <translation>diesen Schlüssel gibt es nicht</translation>
    </message>
    <message>
        <source>thinks</source>
        <translation>denkt nach</translation>
    </message>
    <message>
        <source>this machine</source>
        <translation>dieser Rechner</translation>
    </message>
    <message>
        <source>this processor has no AVX2</source>
        <translation>dieser Prozessor hat kein AVX2</translation>
    </message>
    <message>
        <source>threads: {counts}</source>
        <translation>Threads: {counts}</translation>
    </message>
    <message>
        <source>to be fetched</source>
        <translation>herunterzuladen</translation>
    </message>
    <message>
        <source>to make room for {title}</source>
        <translation>um Platz für {title} zu schaffen</translation>
    </message>
    <message>
        <source>tok/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>token {number:,}</source>
        <translation>Token {number:,}</translation>
    </message>
    <message numerus="yes">
        <source>token(s)</source>
        <translation>
            <numerusform>Token</numerusform>
            <numerusform>Token</numerusform>
        </translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>tokens / s</source>
        <translation>Token / s</translation>
    </message>
    <message>
        <source>tokens per second</source>
        <translation>Token pro Sekunde</translation>
    </message>
    <message>
        <source>transformers cannot load “{model_type}”</source>
        <translation>transformers kann „{model_type}“ nicht laden</translation>
    </message>
    <message>
        <source>translates from one text to another (encoder and decoder) and does not chat</source>
        <translation>von einem Text in einen anderen übersetzt (Encoder und Decoder) und nicht chattet</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>trying things out</source>
        <translation>zum Ausprobieren</translation>
    </message>
    <message>
        <source>two messages have the same id</source>
        <translation>zwei Nachrichten haben dieselbe ID</translation>
    </message>
    <message>
        <source>unfolded</source>
        <translation>aufgeklappt</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>used by llmdesk itself</source>
        <translation>von llmdesk selbst benutzt</translation>
    </message>
    <message>
        <source>used by the server</source>
        <translation>vom Server benutzt</translation>
    </message>
    <message>
        <source>waiting for the key</source>
        <translation>Schlüssel wird abgewartet</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>warming up</source>
        <translation>Modell wird aufgewärmt</translation>
    </message>
    <message>
        <source>was built for one kind of GPU (TensorRT)</source>
        <translation>wurde für eine bestimmte Art von GPU gebaut (TensorRT)</translation>
    </message>
    <message>
        <source>whole machine</source>
        <translation>ganzer Rechner</translation>
    </message>
    <message>
        <source>with a context of {tokens:,} tokens ({size:.1f} GB)</source>
        <translation>mit einem Kontext von {tokens:,} Token ({size:.1f} GB)</translation>
    </message>
    <message>
        <source>without a pause of</source>
        <translation>ohne eine Pause von</translation>
    </message>
    <message>
        <source>without the oldest</source>
        <translation>ohne die ältesten</translation>
    </message>
    <message>
        <source>writes texts by diffusion, not word by word</source>
        <translation>Texte durch Diffusion schreibt, nicht Wort für Wort</translation>
    </message>
    <message>
        <source>writing {name}</source>
        <translation>{name} wird geschrieben</translation>
    </message>
    <message>
        <source>writing, many languages</source>
        <translation>Schreiben, viele Sprachen</translation>
    </message>
    <message>
        <source>{INDEX} has no weight_map.</source>
        <translation>{INDEX} hat keine weight_map.</translation>
    </message>
    <message>
        <source>{INDEX} names a file outside its folder: {outside}.</source>
        <translation>{INDEX} nennt eine Datei außerhalb des eigenen Ordners: {outside}.</translation>
    </message>
    <message>
        <source>{accepted} requests are already waiting.</source>
        <translation>{accepted} Anfragen warten bereits.</translation>
    </message>
    <message>
        <source>{address} does not answer: {reason}.</source>
        <translation>{address} antwortet nicht: {reason}.</translation>
    </message>
    <message>
        <source>{bias} has the shape {shape}, {name} has {expected} rows.</source>
        <translation>{bias} hat die Form {shape}, {name} hat {expected} Zeilen.</translation>
    </message>
    <message>
        <source>{choice} is not a backend.</source>
        <translation>{choice} ist kein Backend.</translation>
    </message>
    <message>
        <source>{choice} is not a device.</source>
        <translation>{choice} ist kein Gerät.</translation>
    </message>
    <message>
        <source>{choice} is not a number of gigabytes.</source>
        <translation>{choice} ist keine Angabe in Gigabyte.</translation>
    </message>
    <message>
        <source>{choice} is not a number of threads.</source>
        <translation>{choice} ist keine Threadzahl.</translation>
    </message>
    <message>
        <source>{choice} is not known.</source>
        <translation>{choice} ist nicht bekannt.</translation>
    </message>
    <message>
        <source>{chosen} asks for an Intel GPU, and torch finds none.</source>
        <translation>{chosen} verlangt eine Intel-GPU, torch findet aber keine.</translation>
    </message>
    <message>
        <source>{config}: “{key}” cannot be used</source>
        <translation>{config}: „{key}“ ist nicht verwendbar</translation>
    </message>
    <message>
        <source>{count:,} of them by their meaning, too</source>
        <translation>{count:,} davon auch nach ihrer Bedeutung</translation>
    </message>
    <message>
        <source>{count:,} of {tokens}</source>
        <translation>{count:,} von {tokens}</translation>
    </message>
    <message>
        <source>{count:,} tokens, whole</source>
        <translation>{count:,} Token, ganz</translation>
    </message>
    <message>
        <source>{count:.0f} minutes</source>
        <translation>{count:.0f} Minuten</translation>
    </message>
    <message>
        <source>{count:g} seconds</source>
        <translation>{count:g} Sekunden</translation>
    </message>
    <message>
        <source>{count} more characters</source>
        <translation>{count} weitere Zeichen</translation>
    </message>
    <message>
        <source>{count} running</source>
        <translation>{count} laufen</translation>
    </message>
    <message>
        <source>{count} tokens of context</source>
        <translation>{count} Token Kontext</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} warten</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>{duration} per token</source>
        <translation>{duration} pro Token</translation>
    </message>
    <message>
        <source>{error} for source = "server"</source>
        <translation>{error} bei source = "server"</translation>
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
        <translation>{figure} Milliarden Gewichte</translation>
    </message>
    <message>
        <source>{figure} kB</source>
        <translation>{figure} kB</translation>
    </message>
    <message>
        <source>{figure} million</source>
        <translation>{figure} Millionen</translation>
    </message>
    <message>
        <source>{figure} million weights</source>
        <translation>{figure} Millionen Gewichte</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be written: {reason}.</source>
        <translation>{file} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} could not be written.</source>
        <translation>{file} konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>{file} is broken, so it was left as it is: {in_words}.</source>
        <translation>{file} ist fehlerhaft und blieb unverändert: {in_words}.</translation>
    </message>
    <message>
        <source>{file} is damaged, so nobody's key can be checked.</source>
        <translation>{file} ist beschädigt, daher kann kein Schlüssel geprüft werden.</translation>
    </message>
    <message>
        <source>{file}, line {line}, key “{key}”: {text}.</source>
        <translation>{file}, Zeile {line}, Schlüssel „{key}“: {text}.</translation>
    </message>
    <message>
        <source>{file}, line {line}, {key}: {wanted}.</source>
        <translation>{file}, Zeile {line}, {key}: {wanted}.</translation>
    </message>
    <message>
        <source>{file}, line {line}, {words}</source>
        <translation>{file}, Zeile {line}, {words}</translation>
    </message>
    <message>
        <source>{file}, {key}: {wanted}.</source>
        <translation>{file}, {key}: {wanted}.</translation>
    </message>
    <message>
        <source>{file}, {mistake}.</source>
        <translation>{file}, {mistake}.</translation>
    </message>
    <message>
        <source>{file}, {syntax_mistake}.</source>
        <translation>{file}, {syntax_mistake}.</translation>
    </message>
    <message>
        <source>{file}: this is not TOML: it is not text in UTF-8.</source>
        <translation>{file}: Das ist kein TOML: Es ist kein Text in UTF-8.</translation>
    </message>
    <message>
        <source>{file}: this is not text in UTF-8.</source>
        <translation>{file}: Das ist kein Text in UTF-8.</translation>
    </message>
    <message>
        <source>{file}: this is too long for a demo.</source>
        <translation>{file}: zu lang für eine Vorführung.</translation>
    </message>
    <message>
        <source>{file}: this is too long for a prompt.</source>
        <translation>{file}: Das ist zu lang für einen Prompt.</translation>
    </message>
    <message>
        <source>{file}: {text}.</source>
        <translation>{file}: {text}.</translation>
    </message>
    <message>
        <source>{free} GB of memory are free here, and a model may take {limit} GB.</source>
        <translation>{free} GB Speicher sind hier frei, ein Modell darf {limit} GB belegen.</translation>
    </message>
    <message>
        <source>{ge:g} or more</source>
        <translation>{ge:g} oder mehr</translation>
    </message>
    <message>
        <source>{generation_config} in {name} cannot be read</source>
        <translation>{generation_config} in {name} kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>{ghz} GHz</source>
        <translation>{ghz} GHz</translation>
    </message>
    <message numerus="yes">
        <source>{host} answers and serves %n model(s).</source>
        <translation>
            <numerusform>{host} antwortet und stellt %Ln Modell bereit.</numerusform>
            <numerusform>{host} antwortet und stellt %Ln Modelle bereit.</numerusform>
        </translation>
    </message>
    <message>
        <source>{host} broke off in the middle of the answer.</source>
        <translation>{host} hat mitten in der Antwort abgebrochen.</translation>
    </message>
    <message>
        <source>{host} broke the answer off ({value}).</source>
        <translation>{host} hat die Antwort abgebrochen ({value}).</translation>
    </message>
    <message>
        <source>{host} calls a tool in a form that makes no sense.</source>
        <translation>{host} ruft ein Werkzeug in einer Form auf, die keinen Sinn ergibt.</translation>
    </message>
    <message>
        <source>{host} cannot be reached (tried for {connect_s:g} s).</source>
        <translation>{host} ist nicht erreichbar ({connect_s:g} s lang versucht).</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>{host} cannot continue an answer.</source>
        <translation>{host} kann keine Antwort fortsetzen.</translation>
    </message>
    <message>
        <source>{host} could not finish the answer.</source>
        <translation>{host} konnte die Antwort nicht beenden.</translation>
    </message>
    <message>
        <source>{host} does not accept the key.</source>
        <translation>{host} akzeptiert den Schlüssel nicht.</translation>
    </message>
    <message>
        <source>{host} does not serve {served_model}.</source>
        <translation>{host} bietet {served_model} nicht an.</translation>
    </message>
    <message>
        <source>{host} does not serve {wanted}.</source>
        <translation>{host} bietet {wanted} nicht an.</translation>
    </message>
    <message>
        <source>{host} does not stop: it sent far more than was asked for.</source>
        <translation>{host} hört nicht auf: Es kam weit mehr als verlangt.</translation>
    </message>
    <message>
        <source>{host} does not understand the request ({status}).</source>
        <translation>{host} versteht die Anfrage nicht ({status}).</translation>
    </message>
    <message>
        <source>{host} ended the connection without an answer.</source>
        <translation>{host} hat die Verbindung ohne Antwort beendet.</translation>
    </message>
    <message>
        <source>{host} failed ({status}).</source>
        <translation>{host} hat einen Fehler gemeldet ({status}).</translation>
    </message>
    <message>
        <source>{host} has too much to do ({status}).</source>
        <translation>{host} ist überlastet ({status}).</translation>
    </message>
    <message>
        <source>{host} is silent.</source>
        <translation>{host} schweigt.</translation>
    </message>
    <message>
        <source>{host} mixes up the calls of tools.</source>
        <translation>{host} bringt die Aufrufe von Werkzeugen durcheinander.</translation>
    </message>
    <message>
        <source>{host} sends far more than was asked for.</source>
        <translation>{host} sendet weit mehr als verlangt.</translation>
    </message>
    <message>
        <source>{host} sends its callers elsewhere, and chats are not sent on.</source>
        <translation>{host} verweist an eine andere Adresse, und Chats werden nicht weitergeleitet.</translation>
    </message>
    <message>
        <source>{host} sends packed data, which was not asked for.</source>
        <translation>{host} sendet gepackte Daten, die nicht verlangt wurden.</translation>
    </message>
    <message>
        <source>{host} wants a key.</source>
        <translation>{host} verlangt einen Schlüssel.</translation>
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
            <numerusform>{kernels}, ein Thread</numerusform>
            <numerusform>{kernels}, %Ln Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>{key} is a table.</source>
        <translation>{key} ist eine Tabelle.</translation>
    </message>
    <message>
        <source>{key}: expected {expected}, found {text!r}.</source>
        <translation>{key}: erwartet wird {expected}, angegeben ist {text!r}.</translation>
    </message>
    <message>
        <source>{kind} is not a model that llmdesk can run: {reason}.</source>
        <translation>{kind} ist kein Modell, das llmdesk ausführen kann: {reason}.</translation>
    </message>
    <message>
        <source>{kind} is not a model that writes text: transformers has no causal language model of that name.</source>
        <translation>{kind} ist kein Modell, das Text schreibt: transformers kennt kein kausales Sprachmodell dieses Namens.</translation>
    </message>
    <message>
        <source>{kind} needs a Python package that is not installed: {what}.</source>
        <translation>{kind} benötigt ein Python-Paket, das nicht installiert ist: {what}.</translation>
    </message>
    <message>
        <source>{kind} runs on transformers' own modules, which are slower</source>
        <translation>{kind} läuft auf den Modulen von transformers, die langsamer sind</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} bis {high}</translation>
    </message>
    <message>
        <source>{low}–{high} tok/s</source>
        <translation>{low}–{high} tok/s</translation>
    </message>
    <message>
        <source>{made_for} is program code of its publisher, which llmdesk never runs</source>
        <translation>{made_for} ist Programmcode des Herausgebers, den llmdesk nie ausführt</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>{minutes} min ago</source>
        <translation>vor {minutes} min</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{missing} is missing: {name} is a model in {count} files, of which {count2} are here.</source>
        <translation>{missing} fehlt: {name} ist ein Modell aus {count} Dateien, von denen {count2} vorhanden sind.</translation>
    </message>
    <message>
        <source>{model} is this window's own server, which cannot answer while the race has the engine.</source>
        <translation>{model} ist der Server dieses Fensters; er kann nicht antworten, solange das Rennen die Engine hat.</translation>
    </message>
    <message>
        <source>{model}, after so many tokens.</source>
        <translation>{model}, nach so vielen Token.</translation>
    </message>
    <message>
        <source>{model}, fidelity</source>
        <translation>{model}, Treue</translation>
    </message>
    <message>
        <source>{model}, random weights</source>
        <translation>{model}, zufällige Gewichte</translation>
    </message>
    <message>
        <source>{model}: {tokens} tokens</source>
        <translation>{model}: {tokens} Token</translation>
    </message>
    <message>
        <source>{ms} ms</source>
        <translation>{ms} ms</translation>
    </message>
    <message>
        <source>{n:,} of {total:,} prompt tokens cached</source>
        <translation>{n:,} von {total:,} Prompt-Token gespeichert</translation>
    </message>
    <message>
        <source>{names} and {more} more</source>
        <translation>{names} und {more} weitere</translation>
    </message>
    <message>
        <source>{name} and its other parts have two tensors of one name.</source>
        <translation>{name} und die anderen Teile haben zwei Tensoren gleichen Namens.</translation>
    </message>
    <message>
        <source>{name} and its other parts have {count} tensors and should have {expected}.</source>
        <translation>{name} und die anderen Teile haben {count} Tensoren, {expected} müssten es sein.</translation>
    </message>
    <message>
        <source>{name} as {precision} needs about {need:.1f} GB, but only {room:.1f} GB can be used.</source>
        <translation>{name} als {precision} braucht etwa {need:.1f} GB, aber nur {room:.1f} GB können benutzt werden.</translation>
    </message>
    <message>
        <source>{name} cannot be read</source>
        <translation>{name} kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>{name} cannot be read: {error}.</source>
        <translation>{name} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be sent.</source>
        <translation>{name} kann nicht gesendet werden.</translation>
    </message>
    <message>
        <source>{name} cannot be used</source>
        <translation>{name} kann nicht verwendet werden</translation>
    </message>
    <message>
        <source>{name} cannot be written: {reason}.</source>
        <translation>{name} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>{name} computes its vectors in a way that is not known here ({kind}).</source>
        <translation>{name} berechnet seine Vektoren auf eine Weise, die hier nicht bekannt ist ({kind}).</translation>
    </message>
    <message>
        <source>{name} computes, too</source>
        <translation>{name} rechnet mit</translation>
    </message>
    <message>
        <source>{name} cuts texts in a way that is not read here (words or characters).</source>
        <translation>{name} zerlegt Texte auf eine Weise, die hier nicht gelesen wird (Wörter oder Zeichen).</translation>
    </message>
    <message>
        <source>{name} did not arrive as the hub has it (its checksum differs), so it was removed.</source>
        <translation>{name} kam nicht so an, wie es auf dem Hub liegt (andere Prüfsumme), und wurde deshalb entfernt.</translation>
    </message>
    <message>
        <source>{name} does not belong to the parts beside it: it says of itself that it is part {number} of {count}.</source>
        <translation>{name} gehört nicht zu den Teilen daneben: Nach eigener Angabe ist es Teil {number} von {count}.</translation>
    </message>
    <message>
        <source>{name} does not hold {filename}.</source>
        <translation>{name} enthält {filename} nicht.</translation>
    </message>
    <message>
        <source>{name} does not say how the vectors of its tokens become one (or judges texts).</source>
        <translation>{name} sagt nicht, wie aus den Vektoren seiner Token einer wird (oder beurteilt Texte).</translation>
    </message>
    <message>
        <source>{name} does not say of which architecture it is, as files of models for pictures do.</source>
        <translation>{name} nennt keine Architektur, wie es bei Dateien von Bildmodellen üblich ist.</translation>
    </message>
    <message>
        <source>{name} ends in the middle of {name2}.</source>
        <translation>{name} endet mitten in {name2}.</translation>
    </message>
    <message>
        <source>{name} ends too early: it has {count:,} bytes and should have {start:,}.</source>
        <translation>{name} endet zu früh: {count:,} Bytes sind da, {start:,} müssten es sein.</translation>
    </message>
    <message>
        <source>{name} ends too early: it has {size_bytes:,} bytes and should have {data_bytes:,}.</source>
        <translation>{name} endet zu früh: {size_bytes:,} Bytes sind da, {data_bytes:,} müssten es sein.</translation>
    </message>
    <message>
        <source>{name} has a password.</source>
        <translation>{name} hat ein Passwort.</translation>
    </message>
    <message>
        <source>{name} has a tensor that llmdesk does not know: {tensor}.</source>
        <translation>{name} hat einen Tensor, den llmdesk nicht kennt: {tensor}.</translation>
    </message>
    <message>
        <source>{name} has a vocabulary of the kind “{kind}”, which llmdesk cannot read yet.</source>
        <translation>{name} hat ein Vokabular der Art „{kind}“, die llmdesk noch nicht lesen kann.</translation>
    </message>
    <message>
        <source>{name} has its tokenizer only as {other}, which is not read.</source>
        <translation>{name} hat seinen Tokenizer nur als {other}, was nicht gelesen wird.</translation>
    </message>
    <message>
        <source>{name} has its weights as pickle only ({pickles}), and reading such a file can run any code.</source>
        <translation>{name} hat seine Gewichte nur als Pickle ({pickles}), und das Lesen einer solchen Datei kann beliebigen Code ausführen.</translation>
    </message>
    <message>
        <source>{name} has keys of {head_dim} and values of {values} numbers.</source>
        <translation>{name} hat Schlüssel mit {head_dim} und Werte mit {values} Zahlen.</translation>
    </message>
    <message>
        <source>{name} has layers of different sizes ({key}).</source>
        <translation>{name} hat Schichten verschiedener Größe ({key}).</translation>
    </message>
    <message>
        <source>{name} has more than {limit} files.</source>
        <translation>{name} hat mehr als {limit} Dateien.</translation>
    </message>
    <message>
        <source>{name} has no *.safetensors file.</source>
        <translation>{name} hat keine *.safetensors-Datei.</translation>
    </message>
    <message>
        <source>{name} has no tokenizer (one of {what}).</source>
        <translation>{name} hat keinen Tokenizer (eine der Dateien {what}).</translation>
    </message>
    <message>
        <source>{name} has no {name2}.</source>
        <translation>{name} hat keine Datei {name2}.</translation>
    </message>
    <message>
        <source>{name} has the shape {found}, by the configuration it should have {expected}.</source>
        <translation>{name} hat die Form {found}, nach der Konfiguration müsste sie {expected} sein.</translation>
    </message>
    <message>
        <source>{name} has the shape {found}, config.json says {expected}.</source>
        <translation>{name} hat die Form {found}, in config.json steht {expected}.</translation>
    </message>
    <message>
        <source>{name} has the shape {found}, others have {expected}.</source>
        <translation>{name} hat die Form {found}, andere haben {expected}.</translation>
    </message>
    <message>
        <source>{name} has two tensors of one name.</source>
        <translation>{name} hat zwei Tensoren gleichen Namens.</translation>
    </message>
    <message>
        <source>{name} holds a value that is no ternary weight.</source>
        <translation>{name} enthält einen Wert, der kein ternäres Gewicht ist.</translation>
    </message>
    <message>
        <source>{name} holds no files of a model: its download did not finish.</source>
        <translation>{name} enthält keine Dateien eines Modells: Der Download wurde nicht abgeschlossen.</translation>
    </message>
    <message>
        <source>{name} holds no weights, only a vocabulary.</source>
        <translation>{name} enthält keine Gewichte, nur ein Vokabular.</translation>
    </message>
    <message>
        <source>{name} holds no words: “tokenizer.ggml.tokens” is missing.</source>
        <translation>{name} enthält keine Wörter: „tokenizer.ggml.tokens“ fehlt.</translation>
    </message>
    <message>
        <source>{name} holds numbers that are not finite, or far too large.</source>
        <translation>{name} enthält Zahlen, die nicht endlich oder viel zu groß sind.</translation>
    </message>
    <message>
        <source>{name} holds something that is no part of a backup: {part}.</source>
        <translation>{name} enthält etwas, das nicht zu einer Sicherung gehört: {part}.</translation>
    </message>
    <message>
        <source>{name} holds too many files.</source>
        <translation>{name} enthält zu viele Dateien.</translation>
    </message>
    <message>
        <source>{name} holds weights of ggml's type {number}, which llmdesk cannot read.</source>
        <translation>{name} enthält Gewichte vom ggml-Typ {number}, die llmdesk nicht lesen kann.</translation>
    </message>
    <message>
        <source>{name} holds your chats and settings, but not {names}.</source>
        <translation>{name} enthält die Chats und Einstellungen, aber nicht {names}.</translation>
    </message>
    <message>
        <source>{name} holds your chats and settings.</source>
        <translation>{name} enthält die Chats und Einstellungen.</translation>
    </message>
    <message>
        <source>{name} holds {dtype} where plain numbers belong.</source>
        <translation>{name} enthält {dtype}, wo einfache Zahlen stehen müssten.</translation>
    </message>
    <message>
        <source>{name} in {name2} is damaged</source>
        <translation>{name} in {name2} ist beschädigt</translation>
    </message>
    <message>
        <source>{name} in {name2} is empty.</source>
        <translation>{name} in {name2} ist leer.</translation>
    </message>
    <message>
        <source>{name} is GGUF version {version}; llmdesk reads 2 and 3.</source>
        <translation>{name} ist GGUF-Version {version}; llmdesk liest 2 und 3.</translation>
    </message>
    <message>
        <source>{name} is Ollama's recipe for a model.</source>
        <translation>{name} ist ein Rezept von Ollama für ein Modell.</translation>
    </message>
    <message>
        <source>{name} is a LoRA adapter alone, not a model.</source>
        <translation>{name} ist nur ein LoRA-Adapter, kein Modell.</translation>
    </message>
    <message>
        <source>{name} is a download that did not finish.</source>
        <translation>{name} ist ein nicht abgeschlossener Download.</translation>
    </message>
    <message>
        <source>{name} is a link to a file that is not there.</source>
        <translation>{name} ist ein Link auf eine Datei, die es nicht gibt.</translation>
    </message>
    <message>
        <source>{name} is a mixture of experts of a kind that cannot be read out of GGUF files yet.</source>
        <translation>{name} ist eine Mischung von Experten einer Art, die noch nicht aus GGUF-Dateien gelesen werden kann.</translation>
    </message>
    <message>
        <source>{name} is a model ({architecture}) that {what}.</source>
        <translation>{name} ist ein Modell ({architecture}), das {what}.</translation>
    </message>
    <message>
        <source>{name} is a model ({kind}) that {what}.</source>
        <translation>{name} ist ein Modell ({kind}), das {what}.</translation>
    </message>
    <message>
        <source>{name} is a model in TFLite's form.</source>
        <translation>{name} ist ein Modell im Format TFLite.</translation>
    </message>
    <message>
        <source>{name} is a model with a LoRA adapter on top, which llmdesk cannot read.</source>
        <translation>{name} ist ein Modell mit einem LoRA-Adapter darüber, was llmdesk nicht lesen kann.</translation>
    </message>
    <message>
        <source>{name} is a part of a model of Ollama's, but not its weights.</source>
        <translation>{name} ist ein Teil eines Ollama-Modells, aber nicht dessen Gewichte.</translation>
    </message>
    <message>
        <source>{name} is a piece of a file that was cut to be uploaded.</source>
        <translation>{name} ist ein Stück einer Datei, die zum Hochladen zerteilt wurde.</translation>
    </message>
    <message>
        <source>{name} is a program (a llamafile, perhaps), and llmdesk starts none.</source>
        <translation>{name} ist ein Programm (vielleicht eine llamafile), und llmdesk startet keine.</translation>
    </message>
    <message>
        <source>{name} is a tokenizer of tiktoken's kind, which is not read.</source>
        <translation>{name} ist ein Tokenizer von der Art tiktoken, die nicht gelesen wird.</translation>
    </message>
    <message>
        <source>{name} is a web page, not a model.</source>
        <translation>{name} ist eine Webseite, kein Modell.</translation>
    </message>
    <message>
        <source>{name} is an archive.</source>
        <translation>{name} ist ein Archiv.</translation>
    </message>
    <message>
        <source>{name} is being written. One file at a time.</source>
        <translation>{name} wird gerade geschrieben. Immer nur eine Datei.</translation>
    </message>
    <message>
        <source>{name} is big-endian: it was made for another kind of processor (s390x).</source>
        <translation>{name} ist Big-Endian: für eine andere Art von Prozessor (s390x) gemacht.</translation>
    </message>
    <message>
        <source>{name} is damaged or ends too early ({count:,} bytes).</source>
        <translation>{name} ist beschädigt oder endet zu früh ({count:,} Bytes).</translation>
    </message>
    <message>
        <source>{name} is damaged, or not what its name says.</source>
        <translation>{name} ist beschädigt oder nicht, was der Name sagt.</translation>
    </message>
    <message>
        <source>{name} is damaged.</source>
        <translation>{name} ist beschädigt.</translation>
    </message>
    <message>
        <source>{name} is damaged: it should hold an object.</source>
        <translation>{name} ist beschädigt: Es sollte ein Objekt enthalten.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} ist leer (0 Bytes).</translation>
    </message>
    <message>
        <source>{name} is empty.</source>
        <translation>{name} ist leer.</translation>
    </message>
    <message>
        <source>{name} is fetched and checked. Open it to install this version.</source>
        <translation>{name} ist geladen und geprüft. Zum Installieren dieser Version öffnen.</translation>
    </message>
    <message>
        <source>{name} is in its publisher's own form (consolidated, params.json).</source>
        <translation>{name} liegt im eigenen Format des Herausgebers vor (consolidated, params.json).</translation>
    </message>
    <message>
        <source>{name} is in the form {kind}, which GGUF replaced in 2023.</source>
        <translation>{name} hat das Format {kind}, das 2023 von GGUF abgelöst wurde.</translation>
    </message>
    <message>
        <source>{name} is larger than {limit} MB.</source>
        <translation>{name} ist größer als {limit} MB.</translation>
    </message>
    <message>
        <source>{name} is locked with a password.</source>
        <translation>{name} ist mit einem Passwort geschützt.</translation>
    </message>
    <message>
        <source>{name} is no PNG, JPEG, WebP or GIF image.</source>
        <translation>{name} ist kein PNG-, JPEG-, WebP- oder GIF-Bild.</translation>
    </message>
    <message>
        <source>{name} is no backup of llmdesk.</source>
        <translation>{name} ist keine Sicherung von llmdesk.</translation>
    </message>
    <message>
        <source>{name} is no file but {kind}.</source>
        <translation>{name} ist keine Datei, sondern {kind}.</translation>
    </message>
    <message>
        <source>{name} is no file.</source>
        <translation>{name} ist keine Datei.</translation>
    </message>
    <message>
        <source>{name} is no race of llmdesk.</source>
        <translation>{name} ist kein Rennen von llmdesk.</translation>
    </message>
    <message>
        <source>{name} is no recording of llmdesk.</source>
        <translation>{name} ist keine Aufzeichnung von llmdesk.</translation>
    </message>
    <message>
        <source>{name} is no text.</source>
        <translation>{name} ist kein Text.</translation>
    </message>
    <message>
        <source>{name} is not JSON: {reason}.</source>
        <translation>{name} ist kein JSON: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not a GGUF file.</source>
        <translation>{name} ist keine GGUF-Datei.</translation>
    </message>
    <message>
        <source>{name} is not a model file.</source>
        <translation>{name} ist keine Modelldatei.</translation>
    </message>
    <message>
        <source>{name} is not a model's configuration: {error}</source>
        <translation>{name} ist keine Modellkonfiguration: {error}</translation>
    </message>
    <message>
        <source>{name} is not a model.</source>
        <translation>{name} ist kein Modell.</translation>
    </message>
    <message>
        <source>{name} is not a safetensors file, or ends too early ({size_bytes:,} bytes).</source>
        <translation>{name} ist keine safetensors-Datei oder endet zu früh ({size_bytes:,} Bytes).</translation>
    </message>
    <message>
        <source>{name} is not a safetensors file.</source>
        <translation>{name} ist keine safetensors-Datei.</translation>
    </message>
    <message>
        <source>{name} is not in a form that the kernels read.</source>
        <translation>{name} liegt in keiner Form vor, die die Kernel lesen.</translation>
    </message>
    <message>
        <source>{name} is not of the shape that the configuration says.</source>
        <translation>{name} hat nicht die Form, die die Konfiguration nennt.</translation>
    </message>
    <message>
        <source>{name} is not one of SentencePiece's files, or ends too early.</source>
        <translation>{name} ist keine Datei von SentencePiece oder endet zu früh.</translation>
    </message>
    <message>
        <source>{name} is not stored as it says: {form}.</source>
        <translation>{name} ist nicht so gespeichert wie angegeben: {form}.</translation>
    </message>
    <message>
        <source>{name} is not the file but git's note of where it is (Git LFS).</source>
        <translation>{name} ist nicht die Datei selbst, sondern der Verweis von git auf sie (Git LFS).</translation>
    </message>
    <message>
        <source>{name} is not the file that llmdesk expects (its checksum differs), so it was removed.</source>
        <translation>{name} ist nicht die Datei, die llmdesk erwartet (andere Prüfsumme), und wurde deshalb entfernt.</translation>
    </message>
    <message>
        <source>{name} is not the file that was published (SHA-256 {hexdigest}…).</source>
        <translation>{name} ist nicht die veröffentlichte Datei (SHA-256 {hexdigest}…).</translation>
    </message>
    <message>
        <source>{name} is not the file that was published (its checksum differs).</source>
        <translation>{name} ist nicht die veröffentlichte Datei (die Prüfsumme weicht ab).</translation>
    </message>
    <message>
        <source>{name} is not there, or no file.</source>
        <translation>{name} gibt es nicht, oder es ist keine Datei.</translation>
    </message>
    <message>
        <source>{name} is not there.</source>
        <translation>{name} ist nicht vorhanden.</translation>
    </message>
    <message>
        <source>{name} is not {kind}: {reason}</source>
        <translation>{name} ist kein {kind}: {reason}</translation>
    </message>
    <message>
        <source>{name} is one of {count} files of a model, under another name.</source>
        <translation>{name} ist eine von {count} Dateien eines Modells, unter anderem Namen.</translation>
    </message>
    <message>
        <source>{name} is searched already.</source>
        <translation>{name} wird schon durchsucht.</translation>
    </message>
    <message>
        <source>{name} is stored as {entry}, which llmdesk cannot read.</source>
        <translation>{name} ist als {entry} gespeichert, was llmdesk nicht lesen kann.</translation>
    </message>
    <message>
        <source>{name} is the model's own file.</source>
        <translation>{name} ist die eigene Datei des Modells.</translation>
    </message>
    <message>
        <source>{name} is there already. Replace it?</source>
        <translation>{name} gibt es dort schon. Ersetzen?</translation>
    </message>
    <message>
        <source>{name} is too large for a file of presets.</source>
        <translation>{name} ist zu groß für eine Datei mit Voreinstellungen.</translation>
    </message>
    <message>
        <source>{name} is too large for a race (more than {size} MB).</source>
        <translation>{name} ist zu groß für ein Rennen (mehr als {size} MB).</translation>
    </message>
    <message>
        <source>{name} is too large for a recording (more than {size} MB).</source>
        <translation>{name} ist zu groß für eine Aufzeichnung (mehr als {size} MB).</translation>
    </message>
    <message>
        <source>{name} is too large for a tokenizer.</source>
        <translation>{name} ist zu groß für einen Tokenizer.</translation>
    </message>
    <message>
        <source>{name} is too large when unpacked.</source>
        <translation>{name} ist entpackt zu groß.</translation>
    </message>
    <message>
        <source>{name} is too large: more than {mb} MB.</source>
        <translation>{name} ist zu groß: mehr als {mb} MB.</translation>
    </message>
    <message>
        <source>{name} is too large: {count} million pixels.</source>
        <translation>{name} ist zu groß: {count} Millionen Pixel.</translation>
    </message>
    <message>
        <source>{name} is used in this chat</source>
        <translation>{name} wird in diesem Chat verwendet</translation>
    </message>
    <message>
        <source>{name} is written ({size}).</source>
        <translation>{name} ist geschrieben ({size}).</translation>
    </message>
    <message>
        <source>{name} is {kind}.</source>
        <translation>{name} ist {kind}.</translation>
    </message>
    <message>
        <source>{name} keeps its parts in folders that are not looked into.</source>
        <translation>{name} bewahrt Teile in Ordnern auf, die nicht gelesen werden.</translation>
    </message>
    <message>
        <source>{name} lacks {count} of {count2} weight files: {missing}.</source>
        <translation>In {name} fehlen {count} von {count2} Gewichtsdateien: {missing}.</translation>
    </message>
    <message>
        <source>{name} lies without config.json and tokenizer, so it is only the weights of a model.</source>
        <translation>{name} liegt ohne config.json und Tokenizer da und ist daher nur das Gewicht eines Modells.</translation>
    </message>
    <message>
        <source>{name} makes a vector of several (or in a way that is not known here).</source>
        <translation>{name} bildet einen Vektor aus mehreren (oder auf eine hier unbekannte Weise).</translation>
    </message>
    <message>
        <source>{name} rotates {rotated} of {head_dim} dimensions of a head.</source>
        <translation>{name} rotiert {rotated} von {head_dim} Dimensionen eines Kopfes.</translation>
    </message>
    <message>
        <source>{name} takes too long to read.</source>
        <translation>{name} zu lesen dauert zu lange.</translation>
    </message>
    <message>
        <source>{name} was changed by something else while it was in use.</source>
        <translation>{name} wurde während der Benutzung von etwas anderem verändert.</translation>
    </message>
    <message>
        <source>{name} was changed while it was read.</source>
        <translation>{name} wurde während des Lesens verändert.</translation>
    </message>
    <message>
        <source>{name} was not TOML; it is kept as {kept}.</source>
        <translation>{name} war kein TOML; es bleibt als {kept} erhalten.</translation>
    </message>
    <message>
        <source>{name} was recorded by a newer llmdesk.</source>
        <translation>{name} wurde von einem neueren llmdesk aufgezeichnet.</translation>
    </message>
    <message>
        <source>{name} was saved by a newer llmdesk.</source>
        <translation>{name} wurde von einem neueren llmdesk gespeichert.</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of llmdesk ({by}).</source>
        <translation>{name} hat eine neuere Version von llmdesk geschrieben ({by}).</translation>
    </message>
    <message>
        <source>{name} would grow beyond all measure: it is no backup of llmdesk's making.</source>
        <translation>{name} würde über alle Maßen wachsen: Von llmdesk stammt diese Sicherung nicht.</translation>
    </message>
    <message>
        <source>{name} {several}.</source>
        <translation>{name} {several}.</translation>
    </message>
    <message>
        <source>{name} {what}.</source>
        <translation>{name} {what}.</translation>
    </message>
    <message numerus="yes">
        <source>{name}, %n run(s) since {day}.</source>
        <translation>
            <numerusform>{name}, %Ln Lauf seit {day}.</numerusform>
            <numerusform>{name}, %Ln Läufe seit {day}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {place}: {speed} tok/s</source>
        <translation>{name}, {place}: {speed} tok/s</translation>
    </message>
    <message>
        <source>{name}/{name2} is damaged: it should hold an object.</source>
        <translation>{name}/{name2} ist beschädigt: Es müsste ein Objekt enthalten.</translation>
    </message>
    <message>
        <source>{name}/{name2} is damaged: {in_words}.</source>
        <translation>{name}/{name2} ist beschädigt: {in_words}.</translation>
    </message>
    <message>
        <source>{name}: comparing its probabilities</source>
        <translation>{name}: vergleicht die Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>{name}: its heads do not share a vector evenly.</source>
        <translation>{name}: Seine Köpfe teilen einen Vektor nicht gleichmäßig.</translation>
    </message>
    <message>
        <source>{name}: loading, {phase}</source>
        <translation>{name}: lädt, {phase}</translation>
    </message>
    <message>
        <source>{name}: warming up</source>
        <translation>{name}: läuft warm</translation>
    </message>
    <message>
        <source>{name}: writing</source>
        <translation>{name}: schreibt</translation>
    </message>
    <message>
        <source>{name}: {name2!r} has {dimensions} dimensions.</source>
        <translation>{name}: {name2!r} hat {dimensions} Dimensionen.</translation>
    </message>
    <message>
        <source>{name}: {name2!r} is empty.</source>
        <translation>{name}: {name2!r} ist leer.</translation>
    </message>
    <message>
        <source>{name}: {speeds} tok/s</source>
        <translation>{name}: {speeds} tok/s</translation>
    </message>
    <message>
        <source>{name}: {tensor} has rows of {count} numbers in blocks.</source>
        <translation>{name}: {tensor} hat Zeilen mit {count} Zahlen in Blöcken.</translation>
    </message>
    <message>
        <source>{name}: {value!r} in “tokenizer.ggml.merges” is no pair of words.</source>
        <translation>{name}: {value!r} in „tokenizer.ggml.merges“ ist kein Wortpaar.</translation>
    </message>
    <message>
        <source>{name}: “general.alignment” is {alignment!r}; a whole number is expected.</source>
        <translation>{name}: „general.alignment“ ist {alignment!r}; erwartet wird eine ganze Zahl.</translation>
    </message>
    <message>
        <source>{name}: “tokenizer.ggml.{key}” has fewer values than there are words.</source>
        <translation>{name}: „tokenizer.ggml.{key}“ hat weniger Werte, als es Wörter gibt.</translation>
    </message>
    <message>
        <source>{name}: “{key}” has no value for each layer.</source>
        <translation>{name}: „{key}“ hat nicht für jede Schicht einen Wert.</translation>
    </message>
    <message>
        <source>{near}`llmdesk config list` shows all.</source>
        <translation>{near}`llmdesk config list` zeigt alle.</translation>
    </message>
    <message>
        <source>{now} s of {all} s</source>
        <translation>{now} s von {all} s</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} von {count}</translation>
    </message>
    <message>
        <source>{number} of {count} is shown</source>
        <translation>{number} von {count} wird gezeigt</translation>
    </message>
    <message>
        <source>{one} or {other}</source>
        <translation>{one} oder {other}</translation>
    </message>
    <message>
        <source>{one}, or {other}</source>
        <translation>{one} oder {other}</translation>
    </message>
    <message>
        <source>{origin} asks for it</source>
        <translation>verlangt von {origin}</translation>
    </message>
    <message>
        <source>{origin} asks for the Intel GPU, which this stack can use</source>
        <translation>{origin} verlangt die Intel-GPU, die diese Laufzeit nutzen kann</translation>
    </message>
    <message>
        <source>{path} cannot be opened: {reason}.</source>
        <translation>{path} kann nicht geöffnet werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be read</source>
        <translation>{path} kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>{path} could not be written: {reason}.</source>
        <translation>{path} konnte nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} is a link to something that is not there.</source>
        <translation>{path} ist ein Link auf etwas, das es nicht gibt.</translation>
    </message>
    <message>
        <source>{path} is not one of Ollama's manifests.</source>
        <translation>{path} ist kein Manifest von Ollama.</translation>
    </message>
    <message>
        <source>{path} is not there any more.</source>
        <translation>{path} ist nicht mehr vorhanden.</translation>
    </message>
    <message>
        <source>{path} may not be read by you: permission denied.</source>
        <translation>{path} darf nicht gelesen werden: Zugriff verweigert.</translation>
    </message>
    <message>
        <source>{place} cannot be changed: {reason}.</source>
        <translation>{place} kann nicht geändert werden: {reason}.</translation>
    </message>
    <message>
        <source>{place}: {wanted}</source>
        <translation>{place}: {wanted}</translation>
    </message>
    <message>
        <source>{precision}: about {low} to {high} tok/s here, estimated</source>
        <translation>{precision}: hier etwa {low} bis {high} tok/s, geschätzt</translation>
    </message>
    <message>
        <source>{precision}: measured {speed} tok/s here</source>
        <translation>{precision}: hier {speed} tok/s gemessen</translation>
    </message>
    <message>
        <source>{precision}: measured {speed} tok/s here, with older kernels</source>
        <translation>{precision}: hier {speed} tok/s gemessen, mit älteren Kerneln</translation>
    </message>
    <message>
        <source>{precision}: measured {speed} tok/s here, with random weights</source>
        <translation>{precision}: hier {speed} tok/s gemessen, mit zufälligen Gewichten</translation>
    </message>
    <message>
        <source>{precision}: speed not measured</source>
        <translation>{precision}: Geschwindigkeit nicht gemessen</translation>
    </message>
    <message>
        <source>{precision}: {engine}, {threads}.</source>
        <translation>{precision}: {engine}, {threads}.</translation>
    </message>
    <message>
        <source>{precision}: {meaning}</source>
        <translation>{precision}: {meaning}</translation>
    </message>
    <message>
        <source>{precision}: {meaning}, this model's default</source>
        <translation>{precision}: {meaning}, der Standard dieses Modells</translation>
    </message>
    <message>
        <source>{preset}, temperature {temperature}</source>
        <translation>{preset}, Temperatur {temperature}</translation>
    </message>
    <message>
        <source>{preset}: {value}</source>
        <translation>{preset}: {value}</translation>
    </message>
    <message>
        <source>{processor}, {cores}, {memory} GB of memory. Models of up to {most} GB fit.</source>
        <translation>{processor}, {cores}, {memory} GB Speicher. Modelle bis {most} GB.</translation>
    </message>
    <message>
        <source>{reason}, and every token costs as much as the whole text before it, since they keep nothing of it</source>
        <translation>{reason}, und jedes Token kostet so viel wie der ganze Text davor, da sie nichts davon aufbewahren</translation>
    </message>
    <message>
        <source>{reason}; nobody has verified llmdesk's own kernels for {isa} on hardware yet</source>
        <translation>{reason}; die eigenen Kernel von llmdesk für {isa} hat noch niemand auf solcher Hardware geprüft</translation>
    </message>
    <message>
        <source>{repository} asks for consent to its licence first.</source>
        <translation>{repository} verlangt zuerst die Zustimmung zur Lizenz.</translation>
    </message>
    <message>
        <source>{repository} has no such revision.</source>
        <translation>{repository} hat keine solche Revision.</translation>
    </message>
    <message>
        <source>{repository} has no {missing}.</source>
        <translation>In {repository} fehlt {missing}.</translation>
    </message>
    <message>
        <source>{run}, about {time}</source>
        <translation>{run}, etwa {time}</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{seconds} s ago</source>
        <translation>vor {seconds} s</translation>
    </message>
    <message>
        <source>{share} % equal first choices</source>
        <translation>{share} % gleiche erste Wahl</translation>
    </message>
    <message>
        <source>{share} equal first choices with {reference}, KL {kl}.</source>
        <translation>{share} gleiche erste Wahl wie {reference}, KL {kl}.</translation>
    </message>
    <message>
        <source>{shipped} cannot be read: {error}.</source>
        <translation>{shipped} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>{size} rotary factors are given, {size2} are needed.</source>
        <translation>{size} Rotationsfaktoren sind angegeben, {size2} werden benötigt.</translation>
    </message>
    <message>
        <source>{size} to fetch</source>
        <translation>{size} herunterzuladen</translation>
    </message>
    <message>
        <source>{speed} GB/s</source>
        <translation>{speed} GB/s</translation>
    </message>
    <message>
        <source>{speed} tok/s</source>
        <translation>{speed} Token/s</translation>
    </message>
    <message>
        <source>{stored} has the shape {shape}, config.json says otherwise.</source>
        <translation>{stored} hat die Form {shape}, in config.json steht eine andere.</translation>
    </message>
    <message>
        <source>{text} is missing</source>
        <translation>{text} fehlt</translation>
    </message>
    <message>
        <source>{title} answers now.</source>
        <translation>Jetzt antwortet {title}.</translation>
    </message>
    <message>
        <source>{title} as {precision} needs about {need:.1f} GB{context}, but only {room:.1f} GB can be used.</source>
        <translation>{title} als {precision} benötigt etwa {need:.1f} GB{context}, nutzbar sind aber nur {room:.1f} GB.</translation>
    </message>
    <message>
        <source>{title} cannot be deleted: {reason}.</source>
        <translation>{title} kann nicht gelöscht werden: {reason}.</translation>
    </message>
    <message>
        <source>{title} cannot be read: the file ends too early.</source>
        <translation>{title} kann nicht gelesen werden: Die Datei endet zu früh.</translation>
    </message>
    <message>
        <source>{title} cannot be used: {user_message}</source>
        <translation>{title} ist nicht verwendbar: {user_message}</translation>
    </message>
    <message>
        <source>{title} does not see images; it is told their names only.</source>
        <translation>{title} sieht keine Bilder; ihm werden nur ihre Namen gesagt.</translation>
    </message>
    <message>
        <source>{title} is being fetched by another llmdesk already.</source>
        <translation>{title} wird bereits von einem anderen llmdesk heruntergeladen.</translation>
    </message>
    <message>
        <source>{title} is in the list now.</source>
        <translation>{title} steht jetzt in der Liste.</translation>
    </message>
    <message>
        <source>{title} is in the list now. It makes vectors out of texts for programs, and does not chat.</source>
        <translation>{title} steht jetzt in der Liste. Es macht für Programme aus Texten Vektoren und chattet nicht.</translation>
    </message>
    <message>
        <source>{title} is no longer at {location}.</source>
        <translation>{title} ist nicht mehr unter {location}.</translation>
    </message>
    <message>
        <source>{title} is not at {location} any more.</source>
        <translation>{title} ist nicht mehr unter {location}.</translation>
    </message>
    <message>
        <source>{title} is not from the hub.</source>
        <translation>{title} ist nicht vom Hub.</translation>
    </message>
    <message>
        <source>{title} is not on this machine yet.</source>
        <translation>{title} ist noch nicht auf diesem Rechner.</translation>
    </message>
    <message>
        <source>{title} is not on this machine.</source>
        <translation>{title} ist nicht auf diesem Rechner.</translation>
    </message>
    <message>
        <source>{title} is off the list, and its files were deleted.</source>
        <translation>{title} steht nicht mehr auf der Liste, und die Dateien wurden gelöscht.</translation>
    </message>
    <message>
        <source>{title} is off the list.</source>
        <translation>{title} steht nicht mehr auf der Liste.</translation>
    </message>
    <message>
        <source>{title} is off the list; its files stay at {location}.</source>
        <translation>{title} steht nicht mehr auf der Liste; die Dateien bleiben unter {location}.</translation>
    </message>
    <message>
        <source>{title} is on a server; its files are not here.</source>
        <translation>{title} ist auf einem Server; seine Dateien sind nicht hier.</translation>
    </message>
    <message>
        <source>{title} is on this machine now.</source>
        <translation>{title} ist jetzt auf diesem Rechner.</translation>
    </message>
    <message>
        <source>{title} is part of the installation ({path}).</source>
        <translation>{title} gehört zur Installation ({path}).</translation>
    </message>
    <message>
        <source>{title} makes vectors out of texts (embeddings) and does not chat.</source>
        <translation>{title} macht aus Texten Vektoren (Embeddings) und chattet nicht.</translation>
    </message>
    <message>
        <source>{title} makes vectors; only models that write can be exported.</source>
        <translation>{title} macht Vektoren; nur Modelle, die schreiben, können exportiert werden.</translation>
    </message>
    <message>
        <source>{title} on {host}</source>
        <translation>{title} auf {host}</translation>
    </message>
    <message>
        <source>{title} runs on a server, which is sent chats only.</source>
        <translation>{title} läuft auf einem Server, dem nur Chats gesendet werden.</translation>
    </message>
    <message>
        <source>{title} runs on {host}.</source>
        <translation>{title} läuft auf {host}.</translation>
    </message>
    <message>
        <source>{title} stays as it is: its entry in models.toml is for one version.</source>
        <translation>{title} bleibt, wie es ist: Der Eintrag in models.toml gilt für eine bestimmte Fassung.</translation>
    </message>
    <message>
        <source>{title} took {size} GB after loading, up to {most} GB are expected when the context is full.</source>
        <translation>{title} belegte nach dem Laden {size} GB, bei vollem Kontext werden bis zu {most} GB erwartet.</translation>
    </message>
    <message>
        <source>{title} took {size} GB after loading.</source>
        <translation>{title} belegte nach dem Laden {size} GB.</translation>
    </message>
    <message>
        <source>{title} was made for chat and gives no vectors here.</source>
        <translation>{title} wurde für Chats gemacht und liefert hier keine Vektoren.</translation>
    </message>
    <message>
        <source>{title} was not fetched: {reason}</source>
        <translation>{title} wurde nicht heruntergeladen: {reason}</translation>
    </message>
    <message>
        <source>{title} was unloaded {why}; the next message loads it again.</source>
        <translation>{title} wurde {why} entladen; die nächste Nachricht lädt es wieder.</translation>
    </message>
    <message>
        <source>{title} was unloaded; the next message loads it again.</source>
        <translation>{title} wurde entladen; die nächste Nachricht lädt es wieder.</translation>
    </message>
    <message>
        <source>{title}, not fetched: random weights</source>
        <translation>{title}, nicht geladen: zufällige Gewichte</translation>
    </message>
    <message numerus="yes">
        <source>{tokens} tokens in %n answer(s), {time} of work, from the figures that the kept chats hold. The chart shows the last {days} days. Nothing is sent anywhere.</source>
        <translation>
            <numerusform>{tokens} Token in %Ln Antwort, {time} Arbeit, nach den Zahlen der gespeicherten Chats. Das Diagramm zeigt die letzten {days} Tage. Nichts wird irgendwohin gesendet.</numerusform>
            <numerusform>{tokens} Token in %Ln Antworten, {time} Arbeit, nach den Zahlen der gespeicherten Chats. Das Diagramm zeigt die letzten {days} Tage. Nichts wird irgendwohin gesendet.</numerusform>
        </translation>
    </message>
    <message>
        <source>{tokens}, at the finish after {seconds} s</source>
        <translation>{tokens}, im Ziel nach {seconds} s</translation>
    </message>
    <message>
        <source>{top} tok/s</source>
        <translation>{top} tok/s</translation>
    </message>
    <message>
        <source>{top} tokens</source>
        <translation>{top} Token</translation>
    </message>
    <message>
        <source>{used} of {available} tokens</source>
        <translation>{used} von {available} Token</translation>
    </message>
    <message>
        <source>{user} cannot be read: {error}.</source>
        <translation>{user} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>{watts} W</source>
        <translation>{watts} W</translation>
    </message>
    <message>
        <source>{what} is a preset.</source>
        <translation>{what} ist eine Voreinstellung.</translation>
    </message>
    <message>
        <source>{what}: {reason}.</source>
        <translation>{what}: {reason}.</translation>
    </message>
    <message>
        <source>{what}: {words}.</source>
        <translation>{what}: {words}.</translation>
    </message>
    <message>
        <source>{winner} writes {factor} times as fast as {slowest}.</source>
        <translation>{winner} schreibt {factor}-mal so schnell wie {slowest}.</translation>
    </message>
    <message>
        <source>{words} {done}</source>
        <translation>{words} {done}</translation>
    </message>
    <message>
        <source>{words} {done} of {total}</source>
        <translation>{words} {done} von {total}</translation>
    </message>
    <message>
        <source>{{language}} is asked for when it is used; {{clipboard}} and {{date}} are known.</source>
        <translation>{{language}} wird beim Verwenden abgefragt; {{clipboard}} und {{date}} sind bekannt.</translation>
    </message>
    <message>
        <source>“added_tokens_decoder” is no list of tokens by number</source>
        <translation>„added_tokens_decoder“ ist keine Liste von Token nach Nummer</translation>
    </message>
    <message>
        <source>“eos_token_id” is {shown}; a whole number is expected</source>
        <translation>„eos_token_id“ ist {shown}; erwartet wird eine ganze Zahl</translation>
    </message>
    <message>
        <source>“head_dim” is {head_dim}; an even number is expected</source>
        <translation>„head_dim“ ist {head_dim}; erwartet wird eine gerade Zahl</translation>
    </message>
    <message>
        <source>“model_type” is {shown}; a name is expected</source>
        <translation>„model_type“ ist {shown}; erwartet wird ein Name</translation>
    </message>
    <message>
        <source>“modules_to_not_convert” is no list of names</source>
        <translation>„modules_to_not_convert“ ist keine Liste von Namen</translation>
    </message>
    <message>
        <source>“num_key_value_heads” is {kv_heads}; a divisor of the {heads} attention heads is expected</source>
        <translation>„num_key_value_heads“ ist {kv_heads}; erwartet wird ein Teiler der {heads} Attention-Köpfe</translation>
    </message>
    <message>
        <source>“rope_type” is {shown}, which is not known</source>
        <translation>„rope_type“ ist {shown}, was nicht bekannt ist</translation>
    </message>
    <message>
        <source>“{id}” is already taken above</source>
        <translation>„{id}“ ist weiter oben schon vergeben</translation>
    </message>
    <message>
        <source>“{key}” gives angles that are no numbers</source>
        <translation>„{key}“ ergibt Winkel, die keine Zahlen sind</translation>
    </message>
    <message>
        <source>“{key}” holds {shown}; {expected} is expected</source>
        <translation>„{key}“ enthält {shown}; erwartet wird {expected}</translation>
    </message>
    <message>
        <source>“{key}” is {found}; a multiple of {heads} is expected</source>
        <translation>„{key}“ ist {found}; erwartet wird ein Vielfaches von {heads}</translation>
    </message>
    <message>
        <source>“{key}” is {kv_heads}; a divisor of the {heads} attention heads is expected</source>
        <translation>„{key}“ ist {kv_heads}; erwartet wird ein Teiler der {heads} Attention-Köpfe</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a list of layers is expected</source>
        <translation>„{key}“ ist {shown}; erwartet wird eine Liste von Schichten</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a number from {least:g} to {most:g} is expected</source>
        <translation>„{key}“ ist {shown}; erwartet wird eine Zahl von {least:g} bis {most:g}</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a table is expected</source>
        <translation>„{key}“ ist {shown}; erwartet wird eine Tabelle</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a value for each of {count} layers is expected</source>
        <translation>„{key}“ ist {shown}; erwartet wird ein Wert für jede der {count} Schichten</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; a whole number from {least:,} to {most:,} is expected</source>
        <translation>„{key}“ ist {shown}; erwartet wird eine ganze Zahl von {least:,} bis {most:,}</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; an object is expected</source>
        <translation>„{key}“ ist {shown}; erwartet wird ein Objekt</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; the same for all layers without a window is expected</source>
        <translation>„{key}“ ist {shown}; erwartet wird dasselbe für alle Schichten ohne Fenster</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; three numbers are expected</source>
        <translation>„{key}“ ist {shown}; drei Zahlen werden erwartet</translation>
    </message>
    <message>
        <source>“{key}” is {shown}; {expected} is expected</source>
        <translation>„{key}“ ist {shown}; erwartet wird {expected}</translation>
    </message>
    <message>
        <source>“{key}” rotates different numbers of dimensions in different layers</source>
        <translation>„{key}“ rotiert in verschiedenen Schichten verschieden viele Dimensionen</translation>
    </message>
    <message>
        <source>“{kind}” cannot be computed with these files</source>
        <translation>„{kind}“ lässt sich mit diesen Dateien nicht berechnen</translation>
    </message>
    <message>
        <source>“{kind}” is not known to the installed transformers</source>
        <translation>„{kind}“ kennt das installierte transformers nicht</translation>
    </message>
    <message>
        <source>“{kind}” reads a text as a whole and does not go on with one.</source>
        <translation>„{kind}“ liest einen Text als Ganzes und setzt ihn nicht fort.</translation>
    </message>
    <message>
        <source>“{kind}” uses its matrices in ways that llmdesk does not know.</source>
        <translation>„{kind}“ benutzt seine Matrizen auf Weisen, die llmdesk nicht kennt.</translation>
    </message>
    <message>
        <source>“{model_type}” cannot be computed with these files</source>
        <translation>„{model_type}“ lässt sich mit diesen Dateien nicht berechnen</translation>
    </message>
    <message>
        <source>“{name}” cannot be the name of a key.</source>
        <translation>„{name}“ kann nicht der Name eines Schlüssels sein.</translation>
    </message>
    <message>
        <source>“{name}”: {reason}</source>
        <translation>„{name}“: {reason}</translation>
    </message>
    <message>
        <source>“{prompt}” Each lane ran alone; here all are played on one clock.</source>
        <translation>„{prompt}“ Jede Bahn lief allein; hier laufen alle nach einer Uhr.</translation>
    </message>
    <message>
        <source>“{repository}” is no name of a repository.</source>
        <translation>„{repository}“ ist kein Name eines Repositorys.</translation>
    </message>
    <message>
        <source>“{table}” must be written as [[{table}]] tables</source>
        <translation>„{table}“ muss als [[{table}]]-Tabellen geschrieben sein</translation>
    </message>
    <message>
        <source>“{title}” is kept until the window is closed.</source>
        <translation>„{title}“ bleibt erhalten, bis das Fenster geschlossen wird.</translation>
    </message>
    <message>
        <source>“{title}” is kept.</source>
        <translation>„{title}“ bleibt erhalten.</translation>
    </message>
    <message>
        <source>● Recording – llmdesk</source>
        <translation>● Aufzeichnung – llmdesk</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s), at the finish after {seconds} s</source>
        <translation type="vanished">
            <numerusform>ein Token, nach {seconds} s im Ziel</numerusform>
            <numerusform>%Ln Token, nach {seconds} s im Ziel</numerusform>
        </translation>
    </message>
    <message>
        <source>Accept the licence on https://huggingface.co/{repository}, then give llmdesk a token of yours with `llmdesk models login` (or log in with `hf auth login`, or set HF_TOKEN) and fetch it again.</source>
        <translation type="vanished">Die Lizenz auf https://huggingface.co/{repository} annehmen, dann llmdesk mit `llmdesk models login` ein eigenes Token geben (oder mit `hf auth login` anmelden, oder HF_TOKEN setzen) und noch einmal holen.</translation>
    </message>
    <message>
        <source>Accept the licence on https://huggingface.co/{repository}, then log in with `hf auth login` (or set HF_TOKEN to a token of yours) and fetch it again.</source>
        <translation type="vanished">Die Lizenz auf https://huggingface.co/{repository} annehmen, dann mit `hf auth login` anmelden (oder HF_TOKEN auf ein eigenes Token setzen) und noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>Another model was ready from here on.</source>
        <translation type="vanished">Ab hier war ein anderes Modell bereit.</translation>
    </message>
    <message>
        <source>Check the name; for a private repository log in with `hf auth login`, or set HF_TOKEN.</source>
        <translation type="vanished">Den Namen prüfen; bei einem privaten Repository mit `hf auth login` anmelden oder HF_TOKEN setzen.</translation>
    </message>
    <message>
        <source>Choose the precision bf16.</source>
        <translation type="vanished">Die Genauigkeit bf16 wählen.</translation>
    </message>
    <message>
        <source>Close its window and its server, then restore.</source>
        <translation type="vanished">Fenster und Server schließen, dann wiederherstellen.</translation>
    </message>
    <message>
        <source>Counting is switched off in the settings (usage.show).</source>
        <translation type="vanished">Das Zählen ist in den Einstellungen ausgeschaltet (usage.show).</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation type="vanished">Ctrl+Enter</translation>
    </message>
    <message numerus="yes">
        <source>Each lane ran alone, in this order: {order}; loaded and warmed up, the prompt not known before; {how}, %n token(s) at most.</source>
        <translation type="vanished">
            <numerusform>Jede Bahn lief allein, in dieser Reihenfolge: {order}; geladen und warmgelaufen, der Prompt vorher nicht bekannt; {how}, höchstens ein Token.</numerusform>
            <numerusform>Jede Bahn lief allein, in dieser Reihenfolge: {order}; geladen und warmgelaufen, der Prompt vorher nicht bekannt; {how}, höchstens %Ln Token.</numerusform>
        </translation>
    </message>
    <message>
        <source>Enter it with `llmdesk models add {location} --key`.</source>
        <translation type="vanished">Mit `llmdesk models add {location} --key` eingeben.</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation type="vanished">Esc</translation>
    </message>
    <message>
        <source>Export the chat as a web page and print that.</source>
        <translation type="vanished">Den Chat als Webseite exportieren und diese drucken.</translation>
    </message>
    <message>
        <source>IPEX runs here; int4 and int8 models run on {products}</source>
        <translation type="vanished">IPEX läuft hier; int4- und int8-Modelle laufen mit: {products}</translation>
    </message>
    <message>
        <source>IPEX's products</source>
        <translation type="vanished">Produkte von IPEX</translation>
    </message>
    <message>
        <source>It has more tokens than this model can take. Attach a part of it, or choose another model.</source>
        <translation type="vanished">Sie hat mehr Token, als dieses Modell aufnehmen kann. Hängen Sie einen Teil davon an oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>Kernels: llmdesk's own for {isa}, since the weights are {precision}</source>
        <translation type="vanished">Kernel: eigene von llmdesk für {isa}, da die Gewichte {precision} sind</translation>
    </message>
    <message>
        <source>Log in anew with `hf auth login`, or give HF_TOKEN a token that may read this repository.</source>
        <translation type="vanished">Mit `hf auth login` neu anmelden oder HF_TOKEN ein Token geben, das dieses Repository lesen darf.</translation>
    </message>
    <message>
        <source>No model of this name.</source>
        <translation type="vanished">Kein Modell dieses Namens.</translation>
    </message>
    <message>
        <source>Nothing is counted: it is switched off.</source>
        <translation type="vanished">Nichts wird gezählt: Es ist ausgeschaltet.</translation>
    </message>
    <message>
        <source>Nothing was measured on this machine yet.</source>
        <translation type="vanished">Auf diesem Rechner wurde noch nichts gemessen.</translation>
    </message>
    <message>
        <source>Of memory's speed</source>
        <translation type="vanished">Vom Speichertempo</translation>
    </message>
    <message>
        <source>Or set HF_TOKEN, or log in with `hf auth login`.</source>
        <translation type="vanished">Oder HF_TOKEN setzen, oder mit `hf auth login` anmelden.</translation>
    </message>
    <message>
        <source>Recorded {when}: {models}. {processor}, {cores} cores, {memory} GB, {program}.</source>
        <translation type="vanished">Aufgezeichnet {when}: {models}. {processor}, {cores} Kerne, {memory} GB, {program}.</translation>
    </message>
    <message>
        <source>The engine is busy.</source>
        <translation type="vanished">Die Engine ist beschäftigt.</translation>
    </message>
    <message>
        <source>The models here cannot see images. It is kept with the chat; the model is told its name only.</source>
        <translation type="vanished">Die Modelle hier können keine Bilder sehen. Es bleibt beim Chat; das Modell erfährt nur seinen Namen.</translation>
    </message>
    <message>
        <source>The page about usage counts what the kept chats hold; off: nothing is counted.</source>
        <translation type="vanished">Die Seite über die Nutzung zählt, was die behaltenen Chats enthalten; aus: nichts wird gezählt.</translation>
    </message>
    <message>
        <source>Too long: {count:,} tokens</source>
        <translation type="vanished">Zu lang: {count:,} Token</translation>
    </message>
    <message>
        <source>Tools are for models that run here; {title} runs on a server.</source>
        <translation type="vanished">Werkzeuge gibt es nur für Modelle, die hier laufen; {title} läuft auf einem Server.</translation>
    </message>
    <message>
        <source>What came is kept. Ask again.</source>
        <translation type="vanished">Was angekommen ist, bleibt erhalten. Noch einmal fragen.</translation>
    </message>
    <message>
        <source>What came is kept. Check the network and the server, then ask again.</source>
        <translation type="vanished">Was angekommen ist, bleibt erhalten. Netzwerk und Server prüfen, dann noch einmal fragen.</translation>
    </message>
    <message>
        <source>a time is none</source>
        <translation type="vanished">eine Zeit ist keine</translation>
    </message>
    <message>
        <source>aten's products, since the processor lacks {names}</source>
        <translation type="vanished">Produkte von aten, da dem Prozessor {names} fehlt</translation>
    </message>
    <message>
        <source>it has layers that keep a state, or shared experts, so it runs on transformers' own modules</source>
        <translation type="vanished">es hat Schichten, die einen Zustand behalten, oder gemeinsame Experten, und läuft daher auf den Modulen von transformers</translation>
    </message>
    <message>
        <source>its weights are not in 4 or 8 bits</source>
        <translation type="vanished">seine Gewichte liegen nicht in 4 oder 8 Bit vor</translation>
    </message>
    <message>
        <source>llmdesk's own kernels for {isa}, which nobody has verified on hardware yet</source>
        <translation type="vanished">eigene Kernel von llmdesk für {isa}, die noch niemand auf solcher Hardware geprüft hat</translation>
    </message>
    <message>
        <source>llmdesk's own kernels need Linux on x86-64 with AVX2</source>
        <translation type="vanished">die eigenen Kernel von llmdesk benötigen Linux auf x86-64 mit AVX2</translation>
    </message>
    <message>
        <source>logprobs, logit_bias and enforced JSON are for models that run here.</source>
        <translation type="vanished">logprobs, logit_bias und erzwungenes JSON gibt es nur für Modelle, die hier laufen.</translation>
    </message>
    <message>
        <source>model changed</source>
        <translation type="vanished">Modell gewechselt</translation>
    </message>
    <message>
        <source>on a server</source>
        <translation type="vanished">auf einem Server</translation>
    </message>
    <message>
        <source>revoked: it opens nothing any more</source>
        <translation type="vanished">widerrufen: öffnet nichts mehr</translation>
    </message>
    <message>
        <source>the name of a .gguf file inside the repository or package</source>
        <translation type="vanished">der Name einer .gguf-Datei innerhalb des Repositorys oder Pakets</translation>
    </message>
    <message>
        <source>{count:,} of {all:,} tokens</source>
        <translation type="vanished">{count:,} von {all:,} Token</translation>
    </message>
    <message>
        <source>{model} on {host}</source>
        <translation type="vanished">{model} auf {host}</translation>
    </message>
    <message>
        <source>{name} is a mixture of experts, which llmdesk cannot read out of GGUF files yet.</source>
        <translation type="vanished">{name} ist ein Mixture-of-Experts-Modell, das llmdesk aus GGUF-Dateien noch nicht lesen kann.</translation>
    </message>
    <message>
        <source>{name} is not in 4 or 8 bits.</source>
        <translation type="vanished">{name} liegt nicht in 4 oder 8 Bit vor.</translation>
    </message>
    <message>
        <source>{name} is not of the shape that config.json says.</source>
        <translation type="vanished">{name} hat nicht die Form, die in config.json steht.</translation>
    </message>
    <message>
        <source>{name}, {what}: expected {expected}.</source>
        <translation type="vanished">{name}, {what}: erwartet wird {expected}.</translation>
    </message>
    <message>
        <source>{speed} tok/s in the last run</source>
        <translation type="vanished">{speed} tok/s im letzten Lauf</translation>
    </message>
    <message>
        <source>{tokens} tokens in {answers} answers, from the figures that the kept chats hold. Nothing is sent anywhere.</source>
        <translation type="vanished">{tokens} Token in {answers} Antworten, aus den Zahlen der behaltenen Chats. Nichts wird irgendwohin gesendet.</translation>
    </message>
    <message>
        <source>“{prompt}” Each lane ran alone, one after the other, and is played here on one clock.</source>
        <translation type="vanished">„{prompt}“ Jede Bahn lief allein, eine nach der anderen, und wird hier auf einer Uhr abgespielt.</translation>
    </message>
</context>
</TS>
