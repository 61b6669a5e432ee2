using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Triaging;

/// <summary>What operators wrote, oldest first.</summary>
internal static class DeadLetterNotes
{
    public static async Task<IReadOnlyList<DeadLetterNote>> Read(
        OpsContext ops, Expression<Func<DeadLetterNoteView, bool>> which, CancellationToken cancellationToken)
    {
        var notes = await ops.DeadLetterNotes.Where(which).OrderBy(n => n.NoteId).ToListAsync(cancellationToken);
        return
        [
            .. notes.Select(n => new DeadLetterNote
            {
                NoteId = n.NoteId,
                Text = n.Text,
                Link = n.Link,
                WrittenBy = n.WrittenBy,
                WrittenAt = n.WrittenAt,
            }),
        ];
    }
}
