namespace Payments.Messaging;

/// <summary>Turns the writes of one type, of any number of members of a group, into few statements.</summary>
public interface IWriter
{
    Type WriteType { get; }

    void Add(WriteBatch batch, IReadOnlyList<IWrite> writes);
}

/// <inheritdoc/>
public abstract class Writer<TWrite> : IWriter
    where TWrite : IWrite
{
    public Type WriteType => typeof(TWrite);

    public void Add(WriteBatch batch, IReadOnlyList<IWrite> writes) =>
        Add(batch, writes.Cast<TWrite>().ToArray());

    /// <summary>Adds the statements, sorted by key where they lock rows.</summary>
    protected abstract void Add(WriteBatch batch, TWrite[] writes);
}
