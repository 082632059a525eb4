"""Chats on their way out and in: as text for people, as JSON without loss, and from other programs' files (no Qt).

Out: ``markdown``, ``html`` and ``own_format`` write a chat, ``exporting`` brings chats to files, folders and ZIPs.
In: ``containers`` opens what the user gives, ``reading`` recognises whose format a file is and lets the module named
after the program read it into a ``DraftChat`` (``drafts`` says what these are and how they become conversations), and
``importing`` puts the chats into the store.
"""

from llmdesk.services.chats.transfer.markdown import conversation_markdown as conversation_markdown
