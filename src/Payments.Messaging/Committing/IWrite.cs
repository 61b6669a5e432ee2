namespace Payments.Messaging;

/// <summary>A typed change to this service's rows. Its <see cref="Writer{TWrite}"/> knows the SQL.</summary>
public interface IWrite;
