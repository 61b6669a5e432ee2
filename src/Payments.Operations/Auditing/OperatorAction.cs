using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Auditing;

/// <summary>Who did what to what, and why; committed with the action itself.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Actor">The name given; nobody is signed in yet, so it is kept as unverified.</param>
/// <param name="Action">One of <see cref="OperatorActionKinds"/>.</param>
/// <param name="Subject">The id of what it was done to.</param>
/// <param name="Reason">In the operator's words.</param>
/// <param name="Before">JSON: what the operator acted upon.</param>
/// <param name="After">JSON: what it is now; null where that is decided elsewhere, and later.</param>
internal sealed record OperatorAction(
    Ulid Id, string Actor, string Action, string Subject, string Reason, string Before, string? After = null)
    : IWrite
{
    /// <summary>Who acts where nobody does.</summary>
    public const string System = "system";

    // What is not listed there could not be looked for.
    public string Action { get; } = OperatorActionKinds.All.Contains(Action)
        ? Action
        : throw new ArgumentException($"{Action} is no kind of operator action.", nameof(Action));
}
